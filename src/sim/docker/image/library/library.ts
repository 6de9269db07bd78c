import { ImageBuilder, type ImageDirectory } from '../../../machine/files/image-tree.ts';
import { digestOf } from '../digest.ts';
import { EMPTY_CONFIG, type Image } from '../image.ts';
import { BUSYBOX_APPLETS } from './busybox-applets.ts';
import { centosFiles } from './centos.ts';
import { pythonTree } from './distributions.ts';
import { addBase, addProgram, addText } from './file-trees.ts';
import { HUB } from './hub.ts';
import type { LibraryImage } from './library-image.ts';

/** When these images were made: on the morning of the day the labs begin. */
const MADE_MS = Date.UTC(2026, 10, 2, 8, 14, 18);

/** When the registries' images were made. */
const PUBLISHED_MS = Date.UTC(2026, 9, 13, 21, 34, 18);

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

const COUNTER_APP = `import os
import socket

from flask import Flask
from redis import Redis

app = Flask(__name__)
store = Redis(host=os.environ.get("REDIS_HOST", "127.0.0.1"), port=6379)


@app.route("/")
def hello():
    visits = store.incr("hits")
    name = socket.gethostname()
    return f"Hello Container World! I have been seen {visits} times and my hostname is {name}.\\n"


app.run(host="0.0.0.0", port=5000)
`;

/** The images that labs begin with and that `docker pull` finds. */
export const LIBRARY: readonly LibraryImage[] = [
  ...HUB,
  { name: 'busybox', tags: ['latest'], sizeBytes: 2_000_288, config: { ...EMPTY_CONFIG, cmd: ['sh'] }, tree: busyboxTree },
  {
    name: 'centos',
    tags: ['latest'],
    sizeBytes: 75_555_148,
    config: { ...EMPTY_CONFIG, cmd: ['/bin/bash'] },
    tree: () => debianTree(centosFiles),
  },
  {
    name: 'nginx',
    tags: ['latest'],
    sizeBytes: 77_026_799,
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
    tags: ['latest'],
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
    // The application of chapter 11, built.
    name: 'counter',
    tags: ['latest'],
    sizeBytes: 143_000_000,
    config: { ...EMPTY_CONFIG, cmd: ['python', 'app.py'], workingDir: '/app', exposedPorts: ['5000/tcp'] },
    tree: () =>
      pythonTree(MADE_MS, (builder) => {
        for (const name of ['flask', 'redis']) addText(builder, `/usr/local/lib/python3.11/site-packages/${name}/__init__.py`, '');
        addText(builder, '/app/app.py', COUNTER_APP);
      }),
  },
  {
    name: 'redis',
    tags: ['latest'],
    sizeBytes: 78_366_364,
    config: { ...EMPTY_CONFIG, cmd: ['redis-server', '--protected-mode', 'no'], exposedPorts: ['6379/tcp'] },
    tree: () =>
      debianTree((builder) => {
        addProgram(builder, '/usr/bin/redis-server');
        addProgram(builder, '/usr/bin/redis-cli');
      }),
  },
];

const made = new Map<LibraryImage, Image>();

/** The image with its files, which all engines share. Its id follows from its name. */
export function libraryImage(entry: LibraryImage): Image {
  let image = made.get(entry);
  if (image === undefined) {
    image = makeImage(entry);
    made.set(entry, image);
  }
  return image;
}

export const idOf = ({ name, tags }: LibraryImage): string => digestOf(`${name}:${tags[0]}`);

/** What a registry keeps under NAME:TAG. */
export const findLibraryImage = (name: string, tag: string): LibraryImage | undefined =>
  LIBRARY.find((entry) => entry.name === name && entry.tags.includes(tag));

function makeImage(entry: LibraryImage): Image {
  const { sizeBytes, config, steps } = entry;
  const createdMs = steps === undefined ? MADE_MS : PUBLISHED_MS;
  const imported = { createdMs, createdBy: '', comment: 'Imported from -', sizeBytes, imageId: undefined };
  return {
    id: idOf(entry),
    parent: undefined,
    tree: entry.tree(createdMs),
    config,
    createdMs,
    sizeBytes,
    author: '',
    comment: steps === undefined ? 'Imported from -' : '',
    ...(steps === undefined && { containerConfig: EMPTY_CONFIG }),
    history: steps?.map((step) => ({
      createdMs,
      createdBy: step.by,
      comment: '',
      sizeBytes: step.sizeBytes,
      imageId: undefined,
      ...(step.layer !== undefined && { layer: digestOf(`layer ${step.layer}`) }),
    })) ?? [imported],
    container: '',
  };
}
