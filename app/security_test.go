package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// proofs names, for each requirement of the security design about accounts, sessions, requests and rights, the tests
// that would fail if it were broken.
func proofs() map[string]string {
	return map[string]string{
		"A1 passwords: length, list, own words":             "TestCheckPassword TestCheckPassword_RandomTexts_Accepted TestChangePassword",
		"A2 argon2id, four at a time, queue, rehash":        "TestHasher_PHC TestHasher_FourAtATime_SixtyFourWait_NextRefused TestSignIn_StaleHash_Renewed TestRefusals_Statuses",
		"A3 codes that change: skew, used once, sealed":     "TestTOTP_RFC6238 TestSignInCode TestSignInCode_KeyFileGone_RecoveryWorks TestRotateKey_SealsFactorsAnew",
		"A3 recovery codes hashed, once each":               "TestSignInCode_Recovery_OnceEach",
		"A3 required of roles, reset by an admin":           "TestFactor_WhoMust TestFactor_RequiredRole_EnrolsThenSignsInWithCode TestResetFactor",
		"A4 five from an address, fifty an hour, a hundred": "TestSignIn_SixthFailure_Paused TestSignIn_FiftyAnHour_OneEveryHalfMinute TestSignIn_HundredInARow_OnlyResetHelps",
		"A4 an address, a known device, one text and time":  "TestSignIn_ThreeHundredFromAnAddress_Paused TestSignIn_KnownDevice_NotStoppedByOthers TestSignIn_Failures_OneText_AlwaysHashed",
		"A4 wrong codes": "TestSignInCode_WrongCodes_PausedWhateverThePassword",
		"A5 first admin by a code of the console":           "TestFirstAdmin TestFirstAdminPage TestServe_FolderWithoutAccounts TestInitAdmin_OnlyWhileEmpty",
		"A5 one-time codes, the last admin":                 "TestAddUser_CodeSignsIn_MustChange TestOneTimeCode_RunsOut TestResetUser_NewCodeOnly TestLastAdmin_Stays",
		"TCVN idle accounts":                                "TestDisableIdle",
		"S1 hashed, kept over a restart, idle, absolute":    "TestSignIn TestSession_Ends TestSession_Reopened_Kept TestSignOut",
		"S1 new id at each step up and at a change of role": "TestFactor_RequiredRole_EnrolsThenSignsInWithCode TestChangePassword TestSetUser_GrantsChanged_SessionsEnd",
		"S1 list and end, disabled ends all":                "TestOpenSessions_EndOneAndOthers TestSessions_ListAndEnd TestDisableUser_SessionsEnd_EnableLetsIn",
		"S1 what a page asks by itself is no use":           "TestWatchSession_LetsItGoIdle TestBoard_Refresh_DoesNotKeepSession",
		"S2 written once a minute":                          "TestSession_SeenWrittenOnceAMinute",
		"S3 cookies, the red strip":                         "TestCookies_SecureAndNot",
		"C1 forms of other sites":                           "TestRoutes_ForeignForm_Denied TestForms_AddressDoesNotCount TestFormKey",
		"H1 headers":                                        "TestHeaders_OnEveryAnswer",
		"H2 htmx runs nothing":                              "TestHTMX_RunsNothing",
		"H3 strict HTTP, host names":                        "TestStrictHTTP TestHeaders_OnEveryAnswer TestBody_Stranger TestListener_ConnectionsOfAnAddress",
		"H4 the client's address":                           "TestClientAddr",
		"Z1 every route, every role":                        "TestRoutes_EveryRole TestMay_WholeTable TestMayAct_OtherUnit_Hidden TestWorkflow_WholeProduct",
		"Z2 maker and checker":                              "TestNotOwn TestSetUser_GrantsChanged_SessionsEnd",
		"Z3 fields one by one":                              "TestRoutes_Junk TestForms_AddressDoesNotCount",
		"Z4 password again":                                 "TestProof_CriticalActs TestProve",
		"L1 refusals in the log, bounded":                   "TestLogRefusal_Bounded TestEventsPage TestSignIn_Failure_LoggedWithoutWhatWasTyped",
		"L2 the chain, checked by doctor":                   "TestTreeHash_Altered TestDoctor_Log",
		"L3 X1 the log for inspectors":                      "TestExportEvents TestExport_Events",
	}
}

// TestSecurity_ProofsExist keeps the table true: a test that is renamed or removed is missed here.
func TestSecurity_ProofsExist(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	known := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range name.FindAllStringSubmatch(string(text), -1) {
			known[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, tests := range proofs() {
		for test := range strings.FieldsSeq(tests) {
			if !known[test] {
				t.Errorf("%s: no %s", what, test)
			}
		}
	}
}
