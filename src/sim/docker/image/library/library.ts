import { utf8 } from '../../../base/utf8.ts';
import { ImageBuilder, type ImageDirectory } from '../../../machine/files/image-tree.ts';
import { EMPTY_CONFIG, type Image, type ImageConfig } from '../image.ts';
import { BUSYBOX_APPLETS } from './busybox-applets.ts';
import { addBase, addProgram, addText } from './file-trees.ts';

/** An image as a registry has it: made when it is first wanted. */
export interface LibraryImage {
  readonly name: string;
  readonly tag: string;
  /** Uncompressed, as `docker images` shows it. */
  readonly sizeBytes: number;
  readonly config: ImageConfig;
  readonly tree: () => ImageDirectory;
}

/** When these images were made. */
const MADE_MS = Date.UTC(2026, 9, 20, 21, 34, 18);

const BUSYBOX = '/usr/bin/busybox';
const DEBIAN_TOOLS: readonly (readonly [program: string, path?: string])[] = [
  ...'bash ls cat grep sed awk head tail wc cut sort uniq tr tee xargs seq date id whoami uname touch mkdir rm cp mv ln chmod find env printenv sleep true false hostname ps ping curl ss tcpdump nc dig getent netstat'
    .split(' ')
    .map((name) => [`/usr/bin/${name}`] as const),
  ['/usr/bin/dash', '/usr/bin/sh'],
  ...'ip bridge iptables arp ifconfig route'.split(' ').map((name) => [`/usr/sbin/${name}`] as const),
];

function busyboxTree(): ImageDirectory {
  const builder = new ImageBuilder(MADE_MS);
  addBase(builder);
  addProgram(builder, BUSYBOX);
  for (const applet of BUSYBOX_APPLETS) if (applet !== 'busybox') builder.symlink(`/usr/bin/${applet}`, 'busybox');
  return builder.build();
}

function debianTree(more: (builder: ImageBuilder) => void = () => {}): ImageDirectory {
  const builder = new ImageBuilder(MADE_MS);
  addBase(builder);
  for (const [program, path] of DEBIAN_TOOLS) addProgram(builder, program, path);
  more(builder);
  return builder.build();
}

const NGINX_CONF = `daemon off; worker_processes 1; events {} http { access_log off; error_log /dev/null; server { listen 80; listen [::]:80; root /usr/share/nginx/html; location = /ip { return 200 "$remote_addr\\n"; } } }
`;
const NGINX_INDEX = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
</body>
</html>
`;

/** The images that labs begin with and that `docker pull` finds. */
export const LIBRARY: readonly LibraryImage[] = [
  { name: 'busybox', tag: 'latest', sizeBytes: 2_000_000, config: { ...EMPTY_CONFIG, cmd: ['sh'] }, tree: busyboxTree },
  { name: 'centos', tag: 'latest', sizeBytes: 75_600_000, config: { ...EMPTY_CONFIG, cmd: ['/bin/bash'] }, tree: () => debianTree() },
  {
    name: 'nginx',
    tag: 'latest',
    sizeBytes: 77_000_000,
    config: { ...EMPTY_CONFIG, cmd: ['nginx'], exposedPorts: ['80/tcp'] },
    tree: () =>
      debianTree((builder) => {
        addProgram(builder, '/usr/sbin/nginx');
        builder.directory('/var/lib/nginx').directory('/var/log/nginx');
        addText(builder, '/etc/nginx/nginx.conf', NGINX_CONF);
        addText(builder, '/usr/share/nginx/html/index.html', NGINX_INDEX);
      }),
  },
  {
    // A server and nothing else: no shell, no ip, no curl.
    name: 'shopfront',
    tag: 'latest',
    sizeBytes: 9_400_000,
    config: { ...EMPTY_CONFIG, cmd: ['nginx'], exposedPorts: ['80/tcp'] },
    tree: () => {
      const builder = new ImageBuilder(MADE_MS);
      addBase(builder);
      addProgram(builder, '/usr/sbin/nginx');
      builder.directory('/var/lib/nginx').directory('/var/log/nginx');
      addText(builder, '/etc/nginx/nginx.conf', NGINX_CONF);
      addText(builder, '/usr/share/nginx/html/index.html', NGINX_INDEX);
      return builder.build();
    },
  },
  {
    name: 'redis',
    tag: 'latest',
    sizeBytes: 78_400_000,
    config: { ...EMPTY_CONFIG, cmd: ['redis-server', '--protected-mode', 'no'], exposedPorts: ['6379/tcp'] },
    tree: () =>
      debianTree((builder) => {
        addProgram(builder, '/usr/bin/redis-server');
        addProgram(builder, '/usr/bin/redis-cli');
      }),
  },
];

const made = new Map<LibraryImage, ImageDirectory>();

/** The image with its files, which all engines share. Its id follows from its name. */
export function libraryImage(entry: LibraryImage): Image {
  let tree = made.get(entry);
  if (tree === undefined) {
    tree = entry.tree();
    made.set(entry, tree);
  }
  return {
    id: idOf(`${entry.name}:${entry.tag}`),
    digest: undefined,
    parent: undefined,
    tree,
    config: entry.config,
    createdMs: MADE_MS,
    sizeBytes: entry.sizeBytes,
    author: '',
    comment: 'Imported from -',
    history: [{ createdMs: MADE_MS, createdBy: '', comment: 'Imported from -', sizeBytes: entry.sizeBytes, imageId: undefined }],
    container: '',
  };
}

/** 64 hex digits out of a name (FNV-1a, eight times): no more than a name that looks like a digest. */
function idOf(name: string): string {
  let out = '';
  for (let part = 0; part < 8; part++) {
    let hash = 0x811c9dc5 ^ part;
    for (const byte of utf8(name + part)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    out += hash.toString(16).padStart(8, '0');
  }
  return out;
}
