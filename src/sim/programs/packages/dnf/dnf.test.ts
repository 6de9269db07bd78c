/**
 * yum of CentOS 8, which is dnf 4. The forms are those of a recording of dnf 4.14 and rpm 4.18 on a repository made for it; the packages are those of
 * CentOS 8 as far as known, and times pass as fast as the simulated network lets them.
 */
import { expect, it } from 'vitest';
import { buildLab } from '../../../lab/build.ts';
import { runCommand } from '../../../lab/run-command.ts';
import { dockerHost } from '../../../lab/standard.ts';
import type { Machine } from '../../../machine/machine.ts';

//   c1 (centos) ─ docker0 ─ host1 ─ gateway ─ … ─ hop4: mirrorlist.centos.org, mirror.centos.org

function centos(options = ''): (script: string) => string {
  const world = buildLab({ id: 'dnf', machines: [dockerHost(1, ['centos:latest'])], outside: 'internet' }, 'dnf');
  const run = (command: string): string => runCommand(world, world.machines.get('host1') as Machine, command).output;
  run(`docker run -dit --name c1 ${options} centos`);
  return (script) =>
    run(`docker exec c1 sh -c '${script}' 2>&1`)
      .replace(/ [ \d.]+ [ kM]B\/s \|/g, ' RATE |')
      .replace(/\d\d:\d\d {4}/g, 'TIME    ');
}

it('a package is found in the lists of the repositories, shown in a table, fetched and put in place', () => {
  const run = centos();
  expect(run('wget -V; yum install -y wget; wget -qO - www.example.com/ip')).toBe(`sh: 1: wget: not found
CentOS Linux 8 - AppStream RATE | 8.4 MB     TIME    
CentOS Linux 8 - BaseOS RATE | 4.6 MB     TIME    
CentOS Linux 8 - Extras RATE |  10 kB     TIME    
Dependencies resolved.
================================================================================
 Package            Architecture  Version                Repository        Size
================================================================================
Installing:
 wget               x86_64        1.19.5-10.el8          appstream        734 k
Installing dependencies:
 libmetalink        x86_64        0.1.3-7.el8            baseos            32 k

Transaction Summary
================================================================================
Install  2 Packages

Total download size: 766 k
Installed size: 2.9 M
Downloading Packages:
(1/2): libmetalink-0.1.3-7.el8.x86_64.rpm RATE |  32 kB     TIME    
(2/2): wget-1.19.5-10.el8.x86_64.rpm RATE | 734 kB     TIME    
--------------------------------------------------------------------------------
Total RATE | 766 kB     TIME     
Running transaction check
Transaction check succeeded.
Running transaction test
Transaction test succeeded.
Running transaction
  Preparing        :                                                        1/1 
  Installing       : libmetalink-0.1.3-7.el8.x86_64                         1/2 
  Installing       : wget-1.19.5-10.el8.x86_64                              2/2 
  Verifying        : libmetalink-0.1.3-7.el8.x86_64                         1/2 
  Verifying        : wget-1.19.5-10.el8.x86_64                              2/2 

Installed:
  libmetalink-0.1.3-7.el8.x86_64            wget-1.19.5-10.el8.x86_64           

Complete!
192.168.56.11
`);
  expect(
    run('yum install -y wget | tail -n 4; rpm -q nosuch wget; rpm -qf /etc/passwd /usr/bin/wget; rpm -e libmetalink'),
  ).toBe(`Package wget-1.19.5-10.el8.x86_64 is already installed.
Dependencies resolved.
Nothing to do.
Complete!
package nosuch is not installed
wget-1.19.5-10.el8.x86_64
file /etc/passwd is not owned by any package
wget-1.19.5-10.el8.x86_64
error: Failed dependencies:
	libmetalink is needed by (installed) wget-1.19.5-10.el8.x86_64
`);
  expect(run('echo n | yum remove wget | tail -n 2; yum remove -y wget | grep -e wget -e metalink; wget')).toBe(`Freed space: 2.9 M
Is this ok [y/N]: Operation aborted.
 wget               x86_64        1.19.5-10.el8         @appstream        2.8 M
 libmetalink        x86_64        0.1.3-7.el8           @baseos            73 k
  Erasing          : wget-1.19.5-10.el8.x86_64                              1/2 
  Erasing          : libmetalink-0.1.3-7.el8.x86_64                         2/2 
  Verifying        : libmetalink-0.1.3-7.el8.x86_64                         1/2 
  Verifying        : wget-1.19.5-10.el8.x86_64                              2/2 
  libmetalink-0.1.3-7.el8.x86_64            wget-1.19.5-10.el8.x86_64           
sh: 1: wget: not found
`);
});

it('bridge-utils is not in CentOS 8, but in EPEL', () => {
  const run = centos();
  expect(run('yum -q install -y bridge-utils')).toBe('Error: Unable to find a match: bridge-utils\n');
  expect(run('yum install -y -q epel-release bridge-utils | head -3')).toBe('Error: Unable to find a match: bridge-utils\n');
  run('yum install -y epel-release');
  expect(run('yum -q install -y bridge-utils; brctl --version')).toMatch(
    /^\nInstalled:\n {2}bridge-utils-1\.7\.1-2\.el8\.x86_64 +\n\nbridge-utils, 1\.7/,
  );
});

it('what is asked for without a network says which name could not be found', () => {
  const run = centos('--network none');
  const url = 'http://mirrorlist.centos.org/?release=8&arch=x86_64&repo=AppStream&infra=container';
  const why = `Curl error (6): Couldn't resolve host name for ${url} [Could not resolve host: mirrorlist.centos.org]`;
  expect(run('yum install -y wget; echo $?')).toBe(`CentOS Linux 8 - AppStream RATE |   0  B     TIME    
Errors during downloading metadata for repository 'appstream':
  - ${why}
Error: Failed to download metadata for repo 'appstream': Cannot prepare internal mirrorlist: ${why}
1
`);
  expect(run('rpm -q bash; dnf list installed bash tcpdump | tr -s " "; dnf foo')).toBe(`bash-4.4.20-2.el8.x86_64
Installed Packages
bash.x86_64 4.4.20-2.el8 @BaseOS 
tcpdump.x86_64 14:4.9.3-2.el8 @AppStream
No such command: foo. Please use /usr/bin/dnf --help
It could be a DNF plugin command, try: "dnf install 'dnf-command(foo)'"
`);
});

it('packages are found by their names, what is said of them, and their files', () => {
  const run = centos();
  run('dnf makecache');
  const after = (command: string): string => run(`${command} | sed 1d`);
  expect(after('dnf search wget')).toBe(
    `${'='.repeat(26)} Name Exactly Matched: wget ${'='.repeat(26)}\nwget.x86_64 : A utility for retrieving files using the HTTP or FTP protocols\n`,
  );
  expect(
    after('dnf provides /usr/bin/traceroute'),
  ).toBe(`traceroute-3:2.1.0-6.el8.x86_64 : Traces the route taken by packets over an IPv4/IPv6 network
Repo        : baseos
Matched from:
Filename    : /usr/bin/traceroute

`);
  expect(after('dnf info nano | head -12')).toContain(`Available Packages
Name         : nano
Version      : 2.9.8
Release      : 1.el8
Architecture : x86_64
Size         : 580 k
`);
});
