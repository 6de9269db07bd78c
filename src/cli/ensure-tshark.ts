import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const starts = (): boolean => spawnSync('tshark', ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;

/**
 * Makes sure that there is a tshark: an installed one, else Debian's package where this is Debian and we may install it.
 * @throws with what to do, where there is none.
 */
export function ensureTshark(): void {
  if (starts()) return;
  const debian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  if (debian && process.getuid?.() === 0) {
    console.log('tshark is not installed. Installing Debian’s…');
    const options = {
      stdio: ['ignore', 'inherit', 'inherit'] as ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    };
    spawnSync('apt-get', ['update'], options);
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'tshark'], options);
    if (starts()) return;
  }
  throw new Error(
    'The tests of captures need tshark, Wireshark’s command: install it (Debian, Ubuntu: apt-get install tshark; Fedora: dnf install ' +
      'wireshark-cli; macOS: brew install wireshark).',
  );
}
