import { expect, it } from 'vitest';
import { buildLab } from '../../lab/build.ts';
import { runCommand } from '../../lab/run-command.ts';
import { dockerHost } from '../../lab/standard.ts';
import type { Machine } from '../../machine/machine.ts';

// What systemd 252 printed of Debian's docker.service in a container with the same packages.

function lab(systemd = true): (command: string) => string {
  const world = buildLab({ id: 'systemd', machines: [{ ...dockerHost(1, ['busybox:latest']), systemd }] }, 'systemd');
  return (command) => runCommand(world, world.machines.get('host1') as Machine, command).output;
}

it('a service is stopped, started and asked for', () => {
  const run = lab();
  expect(run('systemctl is-active docker; systemctl is-enabled docker')).toBe('active\nenabled\n');
  expect(run('systemctl stop docker 2>&1 | cat')).toBe(
    'Warning: Stopping docker.service, but it can still be activated by:\n  docker.socket\n',
  );
  expect(run('systemctl is-active docker; echo $?')).toBe('inactive\n3\n');
  expect(run('systemctl status docker | head -8 | sed s/2026.*/DATE/')).toBe(`○ docker.service - Docker Application Container Engine
     Loaded: loaded (/lib/systemd/system/docker.service; enabled; preset: enabled)
     Active: inactive (dead) since Mon DATE
   Duration: 3s
TriggeredBy: ● docker.socket
       Docs: https://docs.docker.com
    Process: 619 ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock $DOCKER_OPTS (code=exited, status=0/SUCCESS)
   Main PID: 619 (code=exited, status=0/SUCCESS)
`);
  expect(run('systemctl start docker; systemctl show -p ActiveState --value docker')).toBe('active\n');
});

it('whoever connects to the socket of a stopped service has it started; with the socket stopped nobody listens', () => {
  const run = lab();
  expect(run('systemctl stop docker 2>/dev/null; docker ps -q; systemctl is-active docker')).toBe('active\n');
  expect(run('systemctl stop docker.socket docker; docker ps')).toBe(
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
  );
});

it('a wrong daemon.json fails the service, which is tried again until it was too often, and the journal says why', () => {
  const run = lab();
  expect(
    run(`echo '{"bip":' > /etc/docker/daemon.json; systemctl restart docker 2>&1 | cat`),
  ).toBe(`Job for docker.service failed because the control process exited with error code.
See "systemctl status docker.service" and "journalctl -xeu docker.service" for details.
`);
  expect(run('systemctl show docker -p SubState; journalctl -u docker -o cat -n 3')).toBe(
    `SubState=auto-restart
unable to configure the Docker daemon with file /etc/docker/daemon.json: unexpected EOF
docker.service: Main process exited, code=exited, status=1/FAILURE
docker.service: Failed with result 'exit-code'.
Failed to start docker.service - Docker Application Container Engine.
`
      .replace('SubState=auto-restart\nunable', 'SubState=auto-restart\nunable')
      .replace(/unable.*\n/, ''),
  );
  run('sleep 5');
  expect(run('systemctl status docker | sed -n 3p | sed "s/ since.*//"')).toBe('     Active: failed (Result: exit-code)\n');
  expect(run('rm /etc/docker/daemon.json; systemctl restart docker 2>&1 | head -1')).toBe(
    'Job for docker.service failed because the control process exited with error code.\n',
  );
  expect(run('systemctl reset-failed docker; systemctl restart docker; systemctl is-active docker')).toBe('active\n');
  expect(run('for i in 1 2 3; do systemctl restart docker; done 2>&1 | head -1')).toBe(
    'Job for docker.service failed because start of the service was attempted too often.\n',
  );
});

it('a service that was killed comes back, with another process', () => {
  const run = lab();
  const pid = run('systemctl show docker -p MainPID --value');
  run('kill -9 $(systemctl show docker -p MainPID --value); sleep 1');
  expect(run('systemctl is-active docker')).toBe('active\n');
  expect(run('systemctl show docker -p MainPID --value')).not.toBe(pid);
});

it('service(8) and the script of System V have systemctl do their work', () => {
  const run = lab();
  expect(run('service docker restart; service docker status | head -1')).toBe('● docker.service - Docker Application Container Engine\n');
  expect(run('/etc/init.d/docker restart')).toBe('Restarting docker (via systemctl): docker.service.\n');
  expect(run('service docker frob; echo $?')).toBe('Usage: service docker {start|stop|restart|status}\n1\n');
  expect(run('service nosuch start 2>&1 | cat')).toBe('Failed to start nosuch.service: Unit nosuch.service not found.\n');
});

it('units are enabled, disabled and masked by links', () => {
  const run = lab();
  expect(run('systemctl disable docker 2>&1 | tail -1; systemctl is-enabled docker')).toBe(
    'Removed "/etc/systemd/system/multi-user.target.wants/docker.service".\ndisabled\n',
  );
  expect(run('systemctl enable docker 2>&1 | tail -1')).toBe(
    'Created symlink /etc/systemd/system/multi-user.target.wants/docker.service → /lib/systemd/system/docker.service.\n',
  );
  expect(run('systemctl mask docker 2>&1; systemctl start docker 2>&1 | cat; systemctl unmask docker 2>&1')).toBe(
    `Created symlink /etc/systemd/system/docker.service → /dev/null.
Failed to start docker.service: Unit docker.service is masked.
Removed "/etc/systemd/system/docker.service".
`,
  );
});

it("a unit of one's own runs its program, and what it prints is in the journal", () => {
  const run = lab();
  run(`mkdir -p /etc/systemd/system; printf '[Unit]\\nDescription=Hello\\n[Service]\\nExecStart=/usr/bin/echo hello world\\n' > /etc/systemd/system/hello.service
systemctl daemon-reload; systemctl start hello; sleep 1`);
  expect(run('journalctl -u hello -o cat')).toBe(
    'Starting hello.service - Hello...\nStarted hello.service - Hello.\nhello world\nhello.service: Deactivated successfully.\n',
  );
});

it('a machine that systemd did not boot says so', () => {
  const run = lab(false);
  expect(run('systemctl status docker 2>&1; service docker status')).toBe(
    "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\ndocker: unrecognized service\n",
  );
});
