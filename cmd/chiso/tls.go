package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
)

// The files that «chiso tls init» writes.
const (
	caCertName, caKeyName         = "ca.crt", "ca.key"
	serverCertName, serverKeyName = "server.crt", "server.key"
)

// Browsers take a server's certificate for 825 days at most, also from an authority of one's own.
const (
	caLife     = 10 * 365 * 24 * time.Hour
	serverLife = 825 * 24 * time.Hour
)

// tlsCommand makes an internal certificate authority and the server's certificate.
func tlsCommand(t terminal, args []string) error {
	f := flags("tls")
	host := f.String("host", "", "")
	out := f.String("out", "tls", "")
	rest, err := parse(f, args, 1)
	switch {
	case err != nil:
		return err
	case rest[0] != "init":
		return badUsage("không có lệnh «tls %s»; dùng init.", kpi.Clip(rest[0], 20))
	case *host == "":
		return badUsage("cần cờ --host với tên miền hoặc địa chỉ IP của máy chủ, nhiều tên cách nhau bằng dấu phẩy.")
	}
	hosts := []string{"localhost", "127.0.0.1"}
	for h := range strings.SplitSeq(*host, ",") {
		h = strings.ToLower(strings.TrimSpace(h))
		if net.ParseIP(h) == nil && (h == "" || strings.ContainsAny(h, "/:*@ ")) {
			return badUsage("«%s» không phải là tên miền hoặc địa chỉ IP.", kpi.Clip(h, 80))
		}
		if !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	if err := os.MkdirAll(*out, 0o700); err != nil {
		return kpi.Errorf(kpi.Invalid, "Không tạo được thư mục %s: %v", *out, err)
	}
	now := time.Now()
	ca, made, err := authority(*out, hosts, now)
	if err != nil {
		return err
	}
	if err := issue(*out, ca, hosts, now); err != nil {
		return err
	}
	dir, err := filepath.Abs(*out)
	if err != nil {
		return err
	}
	if made {
		fmt.Fprintf(t.out, "Đã tạo chứng thư gốc nội bộ %s, dùng đến %s.\n", filepath.Join(dir, caCertName), kpi.FormatDate(now.Add(caLife)))
	}
	fmt.Fprintf(t.out, "Đã cấp chứng thư máy chủ cho %s, dùng đến %s. Trước ngày đó chạy lại lệnh này để cấp mới; dịch vụ tự đọc, không phải khởi động lại.\n"+
		"Ghi vào tệp cấu hình:\n  tls_cert: %s\n  tls_key: %s\n"+
		"Cài %s vào mỗi máy trạm để trình duyệt tin trang này. Windows: certutil -addstore -f Root ca.crt (chạy bằng quyền quản trị), hoặc chính sách nhóm, mục Trusted Root Certification Authorities. "+
		"Firefox: bật security.enterprise_roots.enabled.\n"+
		"Tệp %s ký được chứng thư cho các tên trên: chép ra nơi cất niêm phong, không gửi đi đâu.\n",
		strings.Join(hosts, ", "), kpi.FormatDate(now.Add(serverLife)), filepath.Join(dir, serverCertName), filepath.Join(dir, serverKeyName), caCertName, caKeyName)
	return nil
}

// authority reads the authority in dir, or makes one that can sign for these hosts and no others: whoever steals its key cannot
// stand in for other sites. made tells which.
func authority(dir string, hosts []string, now time.Time) (ca tls.Certificate, made bool, err error) {
	cert, key := filepath.Join(dir, caCertName), filepath.Join(dir, caKeyName)
	if _, err := os.Stat(cert); err == nil {
		if ca, err = tls.LoadX509KeyPair(cert, key); err != nil {
			return ca, false, kpi.Errorf(kpi.Invalid, "Không đọc được chứng thư gốc %s và khóa %s: %v", cert, key, err)
		}
		return ca, false, mayIssue(ca.Leaf, hosts, dir)
	} else if !errors.Is(err, os.ErrNotExist) {
		return ca, false, err
	}
	x := template509("Chứng thư gốc nội bộ chiso", now, caLife)
	x.IsCA, x.BasicConstraintsValid, x.MaxPathLenZero = true, true, true
	x.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	x.PermittedDNSDomainsCritical = true
	names, addresses := split(hosts)
	x.PermittedDNSDomains = names
	for _, ip := range addresses {
		bits := 8 * len(ip)
		x.PermittedIPRanges = append(x.PermittedIPRanges, &net.IPNet{IP: ip, Mask: net.CIDRMask(bits, bits)})
	}
	if err := writePair(cert, key, x, nil); err != nil {
		return ca, false, err
	}
	ca, err = tls.LoadX509KeyPair(cert, key)
	return ca, true, err
}

// mayIssue refuses hosts that the authority cannot sign for.
func mayIssue(ca *x509.Certificate, hosts []string, dir string) error {
	names, addresses := split(hosts)
	for _, h := range names {
		if !slices.Contains(ca.PermittedDNSDomains, h) {
			return foreignHost(h, dir)
		}
	}
	for _, ip := range addresses {
		if !slices.ContainsFunc(ca.PermittedIPRanges, func(n *net.IPNet) bool { return n.Contains(ip) }) {
			return foreignHost(ip.String(), dir)
		}
	}
	return nil
}

func foreignHost(host, dir string) error {
	return kpi.Errorf(kpi.Invalid, "Chứng thư gốc trong %s không ký được cho %s. Dùng --out với thư mục khác để tạo chứng thư gốc mới; khi đó phải cài lại vào các máy trạm.", dir, host)
}

// issue writes a new key and certificate for the hosts, signed by the authority.
func issue(dir string, ca tls.Certificate, hosts []string, now time.Time) error {
	x := template509(hosts[len(hosts)-1], now, serverLife)
	x.KeyUsage, x.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	x.DNSNames, x.IPAddresses = split(hosts)
	return writePair(filepath.Join(dir, serverCertName), filepath.Join(dir, serverKeyName), x, &ca)
}

// split parts the hosts into names and addresses, IPv4 in four bytes.
func split(hosts []string) (names []string, addresses []net.IP) {
	for _, h := range hosts {
		switch ip := net.ParseIP(h); {
		case ip == nil:
			names = append(names, h)
		case ip.To4() != nil:
			addresses = append(addresses, ip.To4())
		default:
			addresses = append(addresses, ip)
		}
	}
	return names, addresses
}

func template509(name string, now time.Time, life time.Duration) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // never fails
	return &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(life)}
}

// writePair makes a key and a certificate of the template, signed by ca, or by itself without one. The key is written first: a
// server that reads the pair in between keeps what it has.
func writePair(cert, key string, x *x509.Certificate, ca *tls.Certificate) error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	parent, signer, chain := x, any(private), []byte(nil)
	if ca != nil {
		parent, signer, chain = ca.Leaf, ca.PrivateKey, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Certificate[0]})
	}
	der, err := x509.CreateCertificate(rand.Reader, x, parent, &private.PublicKey, signer)
	if err != nil {
		return fmt.Errorf("make certificate: %w", err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	if err := replaceFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600); err != nil {
		return err
	}
	return replaceFile(cert, append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), chain...), 0o644)
}

// replaceFile writes the file under another name and puts it in its place in one step.
func replaceFile(path string, text []byte, mode os.FileMode) error {
	tmp := path + ".new"
	if err := os.WriteFile(tmp, text, mode); err != nil {
		return kpi.Errorf(kpi.Invalid, "Không ghi được tệp %s: %v", path, err)
	}
	return os.Rename(tmp, path)
}
