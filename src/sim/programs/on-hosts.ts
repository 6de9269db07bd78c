/**
 * Programs that a Debian server does not come with: what images and the world outside bring themselves. A machine knows them, since a container's
 * processes are its own, but has no file of theirs.
 */
const NOT_ON_HOSTS: ReadonlySet<string> = new Set([
  ...['/usr/bin/python', '/usr/bin/flask', '/usr/local/bin/pip', '/usr/bin/registryd'],
  // Alpine's and CentOS's.
  ...['/bin/busybox', '/sbin/apk', '/usr/bin/dnf', '/usr/bin/yum', '/usr/bin/rpm'],
]);

/** Whether a machine of a lab has the program of that path in its own tree. */
export const isOnHosts = (path: string): boolean => !NOT_ON_HOSTS.has(path);
