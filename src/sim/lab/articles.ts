import type { LabDescription, MachineDescription, SetupStep } from './description.ts';
import { GATEWAY, LAN, NAME_SERVER } from './standard.ts';

// The machines of five articles about Docker's network, as their console sessions show them: names, cards, addresses, what had been done
// there before, and what is random elsewhere. test/fidelity/seeds replays the sessions.

/** The network that the article's machine is on. */
const HOME = 'home';
const ROUTER = '192.168.56.254';

/** The machine, and between it and the internet of all labs a router: `gateway` is the router's address in the machine's network. */
function article(
  machine: MachineDescription,
  gateway: string,
  network: string,
  setup: readonly SetupStep[],
  sites: Readonly<Record<string, string>> = {},
): LabDescription {
  const address = gateway.split('/')[0] as string;
  return {
    id: machine.name,
    machines: [
      { ...machine, gateway: address, nameservers: [NAME_SERVER] },
      {
        name: 'router',
        terminal: false,
        nics: [
          { name: 'eth0', mac: '52:54:00:00:00:fe', addresses: [`${ROUTER}/24`], network: LAN },
          { name: 'eth1', mac: '52:54:00:00:01:01', addresses: [gateway], network: HOME },
        ],
        gateway: GATEWAY,
      },
    ],
    outside: 'internet',
    sites,
    inside: [`${network} via ${ROUTER}`],
    setup: [{ host: 'router', run: 'sysctl -qw net.ipv4.ip_forward=1' }, ...setup],
  };
}

/** CentOS's prompt (its /etc/bashrc). */
const CENTOS_PROMPT = { '/root/.bashrc': "PS1='[\\u@\\h \\W]\\$ '\n" };

const IMAGES = '/usr/local/src/images';

/** What the labs' own centos and nginx have not: CentOS's prompt, the entry point of nginx's image and the whole of its page. */
const IMAGE_FILES: Readonly<Record<string, string>> = {
  [`${IMAGES}/centos/Dockerfile`]: 'FROM centos\nCOPY bashrc /root/.bashrc\n',
  [`${IMAGES}/centos/bashrc`]: CENTOS_PROMPT['/root/.bashrc'],
  [`${IMAGES}/nginx/Dockerfile`]:
    'FROM nginx\nCOPY docker-entrypoint.sh /\nCOPY index.html /usr/share/nginx/html/\nENTRYPOINT ["/docker-entrypoint.sh"]\nCMD ["nginx"]\n',
  [`${IMAGES}/nginx/docker-entrypoint.sh`]: '#!/bin/sh\nexec "$@"\n',
  [`${IMAGES}/nginx/index.html`]: `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>
</body>
</html>
`,
};

const build = (image: string): string => `chmod -R +x ${IMAGES}/${image} && docker build -q -t ${image} ${IMAGES}/${image} >/dev/null`;

/** Containers that came and went: each took two interface numbers. */
const cameAndWent = (pairs: number): string =>
  `for i in $(seq ${pairs}); do ip link add gone0 type veth peer name gone1 && ip link del gone0; done`;

/** NetworkManager adds the route to an address's network itself, with a metric. */
function networkManager(nic: string, address: string, network: string, gateway: string): readonly string[] {
  const length = network.split('/')[1];
  return [
    `ip addr del ${address}/${length} dev ${nic} && ip addr add ${address}/${length} brd + dev ${nic} noprefixroute`,
    `ip route add ${network} dev ${nic} proto kernel scope link src ${address} metric 100`,
    `ip route add default via ${gateway} dev ${nic} proto static metric 100`,
  ];
}

/** A rented machine with a web server on it since two days. */
const kitDevVps = article(
  {
    name: 'KitDevVps',
    nics: [
      { name: 'ens3', mac: '52:54:00:4a:7c:19', addresses: ['198.18.84.35/23'], network: HOME },
      { name: 'ens7', mac: '52:54:00:4a:7c:1a', addresses: [], network: 'second', down: true },
    ],
    files: IMAGE_FILES,
    docker: { images: ['centos:latest', 'nginx:latest'] },
    settled: {
      'container nginx1': ['1cdd55fd90c550de6b2ad1544df5ae08b50c85d06d2a9f2e416bf0dbd0ac164d'],
      'container centos01': ['d07fb4674ffe04e7ef60540485c1c890faccffeb8f40c401ccf59965f1cb8760'],
      'container centos02': ['1ebe741425b2c80226fe265d170ed0567a6321ea7d7c4b3f4ab787985b2a6308'],
      'container centos03': ['ad50e83c3041eb76d4905670a8cc91bc23c60d3933b5d5f51f702983e9f5711d'],
      'endpoint nginx1': ['16c89d4f905cb8437a5a539064358a37d6ca09e46d5af653db09e639d2ff56ef'],
      'endpoint centos01': ['89a3ea298b219971b9aa477efe67506e333a4d410083d56659fce3a6edbc259e'],
      'endpoint centos02': ['6f468d178b612079095203cd0df4e58705069ead019ab72011646259dac67cec'],
      'endpoint centos03': ['f54109b911f200c1afaad50d5459bb67a778fd5e64358f6344d2891e463d0598'],
      'network bridge': ['1375b7ef4bbcf53a812fc8397787f17f2b47ea412292daea3324e016c48f5738'],
      'network host': ['b29eab4db971'.padEnd(64, '5')],
      'network none': ['acfcd6eaf888'.padEnd(64, '5')],
      'cable nginx1': ['veth5dcae1a'],
      'mac docker0': ['02:42:8c:85:1a:f3'],
      'mac veth5dcae1a': ['b6:1d:4e:07:9a:c3'],
    },
  },
  '198.18.84.1/23',
  '198.18.84.0/23',
  [
    build('centos'),
    build('nginx'),
    cameAndWent(12),
    'docker create --name nginx1 -p 80:80 nginx >/dev/null',
    { sleepSeconds: 1800 },
    'docker start nginx1 >/dev/null',
    { sleepSeconds: 47.2 * 3600 },
    cameAndWent(42),
  ],
);

/** A CentOS machine in an office, no container yet. */
const vol = article(
  {
    name: 'vol',
    nics: [{ name: 'ens160', mac: '00:50:56:87:bd:a7', addresses: ['172.31.17.54/16'], network: HOME }],
    files: CENTOS_PROMPT,
    docker: { images: ['busybox:latest'] },
    settled: {
      'container test1': ['dfe2c0f67d68db7d2b8498ab4ff9a787cde8da9c87f705b0bd685d33b0fab9e5'],
      'container test2': ['da0dd80d5418f7138d1d41fea43e06006d9d3dfe175e68502ba8ba6a809d1f83'],
      'endpoint test1': ['bc27d2081aa69cebf0ee609aa42f00aa4a3cd73e72ff8b6c13eefb4b0b2fab67'],
      'endpoint test2': ['187509eca88c77ba6b1a7bb63f485d6a9e610038142983817d353031b63afba6'],
      'cable test1': ['veth9d0b56c'],
      'cable test2': ['vethe9de44d'],
      // The default bridge is made anew whenever the engine starts.
      'network bridge': ['3f'.repeat(32), '0ee165ccab6fa3c171708329bd3ab692376fc46ea4eb04fce93f2e0b3269d640'],
      'network host': ['baa1cdd2d1e4'.padEnd(64, '5')],
      'network none': ['2cb2a0e5dad5'.padEnd(64, '5')],
      'mac docker0': ['02:42:9d:e3:47:69'],
      'mac veth9d0b56c': ['52:9f:51:35:0c:b8'],
      'mac vethe9de44d': ['f2:b4:4a:9c:41:0a'],
    },
  },
  '172.31.0.1/16',
  '172.31.0.0/16',
  [
    ...networkManager('ens160', '172.31.17.54', '172.31.0.0/16', '172.31.0.1'),
    'kill $(cat /var/run/docker.pid); while [ -e /var/run/docker.pid ]; do sleep 0.1; done',
    'trap "" HUP; dockerd > /var/log/docker.log 2>&1 &',
    'while ! docker version > /dev/null 2>&1; do sleep 0.1; done',
  ],
);

/** A machine in a cloud on which Docker has just been installed. */
const ec2 = article(
  {
    name: 'ec2',
    nics: [{ name: 'eth0', mac: '0a:1c:5e:33:90:7d', addresses: ['198.18.16.20/20'], network: HOME }],
    docker: { images: ['busybox:latest', 'ubuntu:latest'] },
  },
  '198.18.16.1/20',
  '198.18.16.0/20',
  [],
);

/** A node of a Kubernetes cluster; its images come from a registry of the house. */
const node = article(
  {
    name: 'node',
    nics: [{ name: 'eth0', mac: '56:00:02:a3:4b:44', addresses: ['10.100.0.2/24'], network: HOME }],
    docker: { images: ['alpine:latest'] },
    settled: {
      'cable c1': ['veth20b3dac', 'veth20b3dac'],
      'mac docker0': ['02:42:6a:46:93:d2'],
      'mac veth20b3dac': ['32:e2:9c:45:03:29', '32:e2:9c:45:03:29'],
    },
  },
  '10.100.0.1/24',
  '10.100.0.0/24',
  ['docker tag alpine hub.pri.ibanyu.com/devops/alpine:v3.8'],
);

/** A CentOS machine in a virtual machine, with one container of an earlier day. */
const localhost = article(
  {
    name: 'localhost',
    nics: [{ name: 'eno16777736', mac: '00:0c:29:3d:e4:f6', addresses: ['192.168.31.210/24'], network: HOME }],
    files: {
      ...IMAGE_FILES,
      ...CENTOS_PROMPT,
      '/root/flask-redis/Dockerfile': `FROM python:2.7
LABEL maintaner="xxx"
COPY . /app
WORKDIR /app
RUN pip install flask redis -i http://pypi.douban.com/simple --trusted-host pypi.douban.com
EXPOSE 5000
CMD [ "python", "app.py" ]
`,
      '/root/flask-redis/app.py': `from flask import Flask
from redis import Redis
import os
import socket

app = Flask(__name__)

redis = Redis(host=os.environ.get('REDIS_HOST', '127.0.0.1'), port=6379)

@app.route('/')
def hello():
    redis.incr('hits')
    return 'Hello Container World! I have been seen %s times and my hostname is %s.\\n' % (redis.get('hits'),socket.gethostname())

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
`,
    },
    docker: { images: ['busybox:latest', 'nginx:latest', 'redis:latest'] },
    settled: {
      'container earlier': ['9c'.repeat(32)],
      'container test1': ['0ee36a7343bee417894cc3b0dea527e28d6d66679736902c29c90a7aee7f6ddb'],
      'container test2': ['0e3046ec1d7ea5845db3cd03cdc683bb03ebf897e4d55d30599f06d26f89a365'],
      'container web': ['4f6d5934695246edc343a348bc40f434a44f7db5de1eeefb77643574fffdd9d0'],
      'container test4': ['793d4d074babf6fea972261ed774caf08e8541cee7c376c41e2084f9ea4ff4c1'],
      'container flask-redis': ['e1103ff7eec1'.padEnd(64, '5')],
      'endpoint test1': ['4044e0d6f348b36bc1ad6428eeb7ea66b1c693530f9a22334572fa4f0d039c59'],
      'endpoint web': ['3d663a4e558db41a77e7978aa0d5d42a93445e917a9e5c94ca3786242e17484d'],
      'endpoint test4': ['c650d6269560784dbb03215f4a88e6416b722f91f16ee2bd55dc8aebafda1178'],
      'cable earlier': ['veth7e65841'],
      'cable test1': ['veth8840821'],
      'cable test2': ['vetha7006c1', 'veth57ea7d0', 'vethe58898c'],
      'cable test3': ['veth1cfd21f'],
      'cable web': ['veth8c891c7', 'veth4b84431'],
      'network bridge': ['8322f6f7f661'.padEnd(64, '5')],
      'network host': ['15bcd4ce7873'.padEnd(64, '5')],
      'network none': ['14172bae898c2b81ba4926303e839f71128b021b277127910bfb974b4d4fcba4'],
      'network my-bridge': ['0eb1d64f0e7d39a1605cecbde3aa37f9ed64fd00f1b8205880e046e50e34b234'],
      'mac docker0': ['02:42:26:09:df:f1'],
      'mac br-0eb1d64f0e7d': ['02:42:e9:25:74:1a'],
      'mac veth7e65841': ['8a:bd:28:39:22:b8'],
      'mac vetha7006c1': ['be:5c:21:70:0d:4e'],
      'mac veth8840821': ['36:f2:e2:24:7b:29'],
      'mac veth57ea7d0': ['fe:91:6a:13:af:6b'],
      'mac veth1cfd21f': ['a6:85:53:8c:dd:66'],
      'mac vethe58898c': ['92:f8:fe:f4:0d:a7'],
      'mac veth8c891c7': ['da:2f:65:64:34:ff'],
      'mac veth4b84431': ['46:51:31:3f:14:42'],
      'mac veth-test1': ['a2:09:2b:e9:d0:75'],
    },
  },
  '192.168.31.1/24',
  '192.168.31.0/24',
  [
    build('nginx'),
    ...networkManager('eno16777736', '192.168.31.210', '192.168.31.0/24', '192.168.31.1'),
    'ip -6 addr change fe80::20c:29ff:fe3d:e4f6/64 dev eno16777736 noprefixroute',
    'tc qdisc replace dev eno16777736 root pfifo_fast',
    // The place of ip_vti0, which is not here.
    'ip link add ip_vti0 type dummy && ip link del ip_vti0',
    cameAndWent(70),
    'docker run -d --name earlier busybox sleep 1000000 >/dev/null',
    cameAndWent(1),
    'docker pull -q python:3.11-slim >/dev/null && docker tag python:3.11-slim python:2.7',
  ],
  { 'pypi.douban.com': '203.0.113.91' },
);

/** By the name of the machine. */
export const ARTICLE_LABS: ReadonlyMap<string, LabDescription> = new Map(
  [kitDevVps, vol, ec2, node, localhost].map((lab) => [lab.id, lab]),
);
