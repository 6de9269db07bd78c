import { describe, expect, it } from 'vitest';
import { buildLab } from '../../lab/build.ts';
import { runCommand } from '../../lab/run-command.ts';
import { standardHost } from '../../lab/standard.ts';
import type { Machine } from '../../machine/machine.ts';
import { DEFAULT_SOCKET, engineAt } from '../daemon.ts';
import type { Engine } from '../engine.ts';
import type { Image } from '../image/image.ts';

function lab() {
  const host = { ...standardHost(1), docker: { images: ['busybox:latest'] } };
  const world = buildLab({ id: 'build', machines: [host], outside: 'next-door' }, 'build');
  const machine = world.machines.get('host1') as Machine;
  const engine = engineAt(machine.init, DEFAULT_SOCKET) as Engine;
  const run = (command: string): string => runCommand(world, machine, command).output;
  return {
    engine,
    run,
    /** Writes /root/app/Dockerfile and builds it; ids are left out. */
    build(dockerfile: string, options = '-t app'): string {
      run(`mkdir -p ~/app && printf '%s' '${dockerfile.replaceAll("'", `'"'"'`)}' > ~/app/Dockerfile`);
      return run(`docker build ${options} ~/app`)
        .replace(/\r/g, '')
        .replace(/\b[0-9a-f]{12}\b/g, 'ID')
        .replace(/^Sending.*\n\n?/, '');
    },
  };
}

describe('docker build', () => {
  it('runs one container after the other, keeps what each has changed, and shares all else with the image below', () => {
    const { engine, run, build } = lab();
    const output = build('FROM busybox\nRUN echo hello > /hello\nENV A=1\nWORKDIR /srv/app\nCMD cat /hello; echo $A; pwd\n');
    expect(output).toBe(`Step 1/5 : FROM busybox
 ---> ID
Step 2/5 : RUN echo hello > /hello
 ---> Running in ID
Removing intermediate container ID
 ---> ID
Step 3/5 : ENV A=1
 ---> Running in ID
Removing intermediate container ID
 ---> ID
Step 4/5 : WORKDIR /srv/app
 ---> Running in ID
Removing intermediate container ID
 ---> ID
Step 5/5 : CMD cat /hello; echo $A; pwd
 ---> Running in ID
Removing intermediate container ID
 ---> ID
Successfully built ID
Successfully tagged app:latest
`);
    expect(run('docker run --rm app')).toBe('hello\n1\n/srv/app\n');
    const image = engine.images.find('app');
    const base = engine.images.find('busybox');
    expect(image.tree.entries.get('usr')).toBe(base.tree.entries.get('usr'));
    expect(image.sizeBytes - base.sizeBytes).toBe(6);
    expect(image.history.map(({ createdBy }) => createdBy)).toEqual([
      '',
      '/bin/sh -c echo hello > /hello',
      '/bin/sh -c #(nop)  ENV A=1',
      '/bin/sh -c #(nop) WORKDIR /srv/app',
      '/bin/sh -c #(nop)  CMD ["/bin/sh" "-c" "cat /hello; echo $A; pwd"]',
    ]);
    expect(engine.containers.all).toEqual([]);
  });

  it('takes steps from the cache until a file that is copied has changed', () => {
    const { run, build } = lab();
    const dockerfile = 'FROM busybox\nRUN true\nCOPY f /f\nRUN cat /f\n';
    const cached = (output: string): number => output.split('Using cache').length - 1;
    run('mkdir ~/app; echo one > ~/app/f');
    expect(cached(build(dockerfile))).toBe(0);
    expect(cached(build(dockerfile))).toBe(3);
    run('echo two > ~/app/f');
    const output = build(dockerfile);
    expect(cached(output)).toBe(1);
    expect(output).toContain('\ntwo\n');
    expect(cached(build(dockerfile, '--no-cache .'))).toBe(0);
  });

  it('copies between stages, and builds only up to the one that is wanted', () => {
    const { run, build } = lab();
    run('mkdir -p ~/app/d/sub; echo 1 > ~/app/d/a; echo 2 > ~/app/d/sub/b; echo sub > ~/app/.dockerignore');
    const dockerfile = `FROM busybox AS one
COPY d /in/
RUN echo made > /in/made
FROM scratch
COPY --from=one --chown=1000:33 /in/ /out/
FROM busybox
COPY --from=1 /out/a /out/m* /final/
RUN ls -ln /final | tr -s " " | cut -d " " -f 3,4,9
`;
    expect(build(dockerfile)).toContain('\n0 0 a\n0 0 made\n');
    expect(build(dockerfile, '--target one -t one')).toContain('Step 3/3 : RUN echo made > /in/made\n ---> Using cache\n');
    expect(run('docker run --rm one find /in | sort')).toBe('/in\n/in/a\n/in/made\n/in/sub\n/in/sub/b\n');
  });

  it('stops with the status of the command that failed, and leaves its container for a look', () => {
    const { engine, run, build } = lab();
    expect(build('FROM busybox\nRUN echo oh >&2; exit 5\n')).toContain(
      "oh\nThe command '/bin/sh -c echo oh >&2; exit 5' returned a non-zero code: 5\n",
    );
    expect(run('docker build -q ~/app > /dev/null 2>&1; echo $?')).toBe('5\n');
    expect(engine.containers.all.map(({ status }) => status)).toEqual(['exited', 'exited']);
  });

  it('gives arguments to the steps that ask for them, and to nobody else', () => {
    const { engine, build } = lab();
    const output = build('ARG T=latest\nFROM busybox:$T\nARG V=1\nENV X=$V\nRUN echo $V $X\n', '--build-arg V=9 --build-arg U=1 -t app');
    expect(output).toContain('\n9 9\n');
    expect(output).toContain('[Warning] One or more build-args [U] were not consumed\n');
    const image = engine.images.find('app') as Image;
    expect(image.config.env).toEqual(['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'X=9']);
    expect(image.history.at(-1)?.createdBy).toBe('|1 V=9 /bin/sh -c echo $V $X');
  });
});

describe('docker commit', () => {
  it('makes an image of a container with the changes that are asked for', () => {
    const { engine, run } = lab();
    run('docker run --name cc -e A=1 busybox sh -c "echo x > /x; rm /etc/group"');
    const image = engine.commit(engine.containers.find('cc'), { author: 'me', comment: 'hi', changes: ['CMD ["cat", "/x"]', 'ENV B=2'] });
    engine.images.tag('made:latest', image);
    expect(run('docker run --rm made')).toBe('x\n');
    expect(run('docker run --rm made sh -c "echo $A; ls /etc/group; env | grep -c ^[AB]="')).toContain('2\n');
    expect(image.tree.entries.get('usr')).toBe(engine.images.find('busybox').tree.entries.get('usr'));
  });
});
