import { EMPTY_CONFIG, type ImageConfig } from '../image.ts';
import { alpineTree, debianTree, httpdTree, netshootTree, pythonTree, ubuntuTree } from './distributions.ts';
import type { LibraryImage, LibraryStep } from './library-image.ts';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const add = (layer: string, sizeBytes: number): LibraryStep => ({
  by: `/bin/sh -c #(nop) ADD file:${layer} in / `,
  sizeBytes,
  layer,
});
const note = (text: string): LibraryStep => ({ by: `/bin/sh -c #(nop)  ${text}`, sizeBytes: 0 });
const run = (script: string, sizeBytes: number): LibraryStep => ({ by: `/bin/sh -c ${script}`, sizeBytes });

const ALPINE_LAYER = add('31e8b2b5b3ba5a3b9e4e9', 7_340_000);
const BOOKWORM_LAYER = add('bookworm-slim-20261020', 74_800_000);

function hub(
  name: string,
  tags: readonly string[],
  tree: LibraryImage['tree'],
  config: Partial<ImageConfig>,
  steps: readonly LibraryStep[],
): LibraryImage {
  const sizeBytes = steps.reduce((sum, step) => sum + step.sizeBytes, 0);
  return { name, tags, sizeBytes, config: { ...EMPTY_CONFIG, env: [PATH], ...config }, tree, steps };
}

/** What Docker Hub has besides the images that labs begin with, and one image of a registry of somebody's own. */
export const HUB: readonly LibraryImage[] = [
  hub('alpine', ['latest', '3', '3.18', '3.18.6'], alpineTree, { cmd: ['/bin/sh'] }, [ALPINE_LAYER, note('CMD ["/bin/sh"]')]),
  hub('ubuntu', ['latest', '22.04', 'jammy'], ubuntuTree, { cmd: ['/bin/bash'] }, [
    add('jammy-20261004', 77_900_000),
    note('CMD ["/bin/bash"]'),
  ]),
  hub('debian', ['latest', '12', 'bookworm', 'bookworm-slim'], debianTree, { cmd: ['bash'] }, [BOOKWORM_LAYER, note('CMD ["bash"]')]),
  hub(
    'python',
    ['3.11-slim', 'latest', '3', '3.11', 'slim', '3-slim'],
    pythonTree,
    { cmd: ['python3'], env: [PATH, 'LANG=C.UTF-8', 'PYTHON_VERSION=3.11.2'] },
    [
      BOOKWORM_LAYER,
      note('ENV LANG=C.UTF-8'),
      run('set -eux; apt-get update; apt-get install -y --no-install-recommends ca-certificates', 9_220_000),
      run('set -eux; make install; python3 --version', 42_300_000),
      note('CMD ["python3"]'),
    ],
  ),
  hub(
    'httpd',
    ['latest', '2.4'],
    httpdTree,
    { cmd: ['httpd-foreground'], exposedPorts: ['80/tcp'], workingDir: '/usr/local/apache2', stopSignal: 'SIGWINCH' },
    [
      BOOKWORM_LAYER,
      run('mkdir -p "$HTTPD_PREFIX"', 11_500_000),
      run('set -eux; ./configure; make install', 61_200_000),
      note('CMD ["httpd-foreground"]'),
    ],
  ),
  hub('nicolaka/netshoot', ['latest', 'v0.11'], netshootTree, { cmd: ['/bin/bash'] }, [
    ALPINE_LAYER,
    run('set -ex && apk update && apk upgrade && apk add --no-cache bash bind-tools curl tcpdump', 431_000_000),
    note('CMD ["/bin/bash"]'),
  ]),
  hub('registry.example.com:5000/team/app', ['latest', '1.0'], alpineTree, { cmd: ['/bin/sh', '-c', 'while true; do sleep 3600; done'] }, [
    ALPINE_LAYER,
    note('CMD ["/bin/sh" "-c" "while true; do sleep 3600; done"]'),
  ]),
];
