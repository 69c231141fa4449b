// A one-time link names login and code behind the «#», which browsers do not send to anybody: the form is filled in
// from there, and the address forgets it.
const link = new URLSearchParams(location.hash.slice(1));
if (link.get('ten') && link.get('ma')) {
  document.getElementById('username').value = link.get('ten');
  document.getElementById('password').value = link.get('ma');
  history.replaceState(null, '', location.pathname + location.search);
}
