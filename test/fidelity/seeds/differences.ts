/** Why an article and the simulator differ. */
export type Kind =
  /** The article is wrong: a slip of the pen, or it shows what cannot have come of what it types. */
  | 'typo'
  /** The author left lines out. */
  | 'elision'
  /** The author changed lines: blanked them out, joined them, put words in their place. */
  | 'edited'
  /** The page has lost something on its way. */
  | 'page'
  /** Docker printed it so before 20.10. */
  | 'older docker'
  /** Another release of a tool. */
  | 'other release'
  /** CentOS, or an image, has it so, and Debian has not. */
  | 'other distribution'
  /** The article's machine has hardware, a kernel module or a network around it that is not here. */
  | 'other machine'
  /** Counters of traffic that nobody has seen, and seconds more or less. */
  | 'counter or time';

/** One difference that a step has, by session and the step's place in it, as `000-02.3`. It names what differs in one of these ways. */
export interface Difference {
  readonly step: string;
  readonly kind: Kind;
  readonly reason: string;
  /** Lines that only the article has. */
  readonly article?: readonly string[];
  /** Lines that only the simulator prints; as patterns where they count what happens to pass. */
  readonly here?: readonly (string | RegExp)[];
  /** Lines differ in nothing but blanks: all of them, or those at their ends. */
  readonly blanks?: 'all' | 'last';
  /** The article has a part of the lines: the first ones, or some. Its own marks, `...` and empty lines, are no lines. */
  readonly elided?: 'rest' | 'parts';
  /** The prompt is another. */
  readonly prompt?: true;
}

type What = Omit<Difference, 'step'>;

const at = (step: string, ...what: readonly What[]): Difference[] => what.map((one) => ({ step, ...one }));

/** The same of several steps. */
const each = (steps: string, what: What): Difference[] => steps.split(' ').map((step) => ({ step, ...what }));

const NO_ENDS: What = { kind: 'page', reason: 'the page has lost the blanks at the ends of lines', blanks: 'last' };
const NO_COLUMNS: What = { kind: 'page', reason: 'the page has lost indentation, columns and empty lines', blanks: 'all' };

const NARROW: What = {
  kind: 'older docker',
  reason: 'columns were at least 20 wide; now 10, and three blanks between them',
  blanks: 'all',
};
const STOPPED: What = { kind: 'elision', reason: 'the article stops after the first replies', elided: 'rest' };
const GREETING: What = {
  kind: 'other distribution',
  reason: "Debian's BusyBox greets who starts its shell by hand, those of the images do not",
  here: ['', '', 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) built-in shell (ash)', "Enter 'help' for a list of built-in commands."],
};
const fallbackTunnel = (...article: readonly string[]): What => ({
  kind: 'other machine',
  reason: 'the kernel module ip_vti is loaded: each namespace has its device',
  article,
});
const VTI_ON_HOST = 'ip_vti0@NONE: <NOARP> mtu 1480 qdisc noop state DOWN group default qlen 1000';
const VTI_LINK = 'ip_vti0@NONE: <NOARP> mtu 1480 qdisc noop state DOWN mode DEFAULT group default qlen 1000';
const VTI_ADDRESS = '    link/ipip 0.0.0.0 brd 0.0.0.0';
const VTI_IN_CONTAINER = fallbackTunnel('2: ip_vti0@NONE: <NOARP> mtu 1480 qdisc noop qlen 1000', VTI_ADDRESS);
const WHOLE_SECONDS = (count: number): What => ({
  kind: 'other release',
  reason: "the ping of CentOS 8's image left the whole seconds out of its time",
  article: [`${count} packets transmitted, ${count} received, 0% packet loss, time 0ms`],
  here: [`${count} packets transmitted, ${count} received, 0% packet loss, time ${count - 1}000ms`],
});
const NO_YUM: What = {
  kind: 'other distribution',
  reason: 'packages of Debian come with apt-get, and brctl is there from the start',
  article: [
    'Loaded plugins: fastestmirror',
    'Determining fastest mirrors',
    'docker-ce-stable                                         | 3.5 kB     00:00',
    'epel                                                     | 5.3 kB     00:00',
    'extras                                                   | 2.9 kB     00:00',
    'kubernetes/signature                                     |  454 B     00:00',
    'kubernetes/signature                                     | 1.4 kB     00:00 !!!',
    '。。。省略。。。',
  ],
  here: ['-bash: yum: command not found'],
};

export const DIFFERENCES: readonly Difference[] = [
  ...at(
    '000-01.1',
    {
      kind: 'edited',
      reason: 'the author has put x over MAC addresses, public addresses and a name',
      article: [
        '    link/ether xx:xx:xx:xx:xx:xx brd ff:ff:ff:ff:ff:ff',
        '    inet6 xxxx::xxxx:xxxx:xxxx:xxxx/64 scope link ',
        '    link/ether xx:xx:xx:xx:xx:xx brd ff:ff:ff:ff:ff:ff',
        '30: vethxxcaxxa@if29: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master docker0 state UP group default ',
        '    link/ether xx:xx:xx:xx:xx:xx brd ff:ff:ff:ff:ff:ff link-netnsid 0',
        '    inet6 xxxx::xxxx:xxxx:xxxx:xxxx/64 scope link ',
      ],
      here: [
        '    link/ether 52:54:00:4a:7c:19 brd ff:ff:ff:ff:ff:ff',
        '    inet6 fe80::5054:ff:fe4a:7c19/64 scope link ',
        '    link/ether 52:54:00:4a:7c:1a brd ff:ff:ff:ff:ff:ff',
        '30: veth5dcae1a@if29: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master docker0 state UP group default ',
        '    link/ether b6:1d:4e:07:9a:c3 brd ff:ff:ff:ff:ff:ff link-netnsid 0',
        '    inet6 fe80::b41d:4eff:fe07:9ac3/64 scope link ',
      ],
    },
    {
      kind: 'other machine',
      reason: 'the card has several queues, and its addresses came from DHCP and a router',
      article: [
        '2: ens3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000',
        '    inet xxx.xxx.xxx.xxx/23 brd xxx.xxx.xxx.xxx scope global dynamic ens3',
        '       valid_lft 55158sec preferred_lft 55158sec',
        '    inet6 xxxx:xxxx:xxxx:xxxx:xxxx:xxxx:xxxx:xxxx/64 scope global dynamic mngtmpaddr noprefixroute ',
        '       valid_lft 2591896sec preferred_lft 604696sec',
      ],
      here: [
        '2: ens3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000',
        '    inet 198.18.84.35/23 brd 198.18.85.255 scope global ens3',
        '       valid_lft forever preferred_lft forever',
      ],
    },
  ),
  ...at('000-02.3', NARROW, {
    kind: 'older docker',
    reason: 'ports published over IPv6 were not shown',
    article: ['1cdd55fd90c5 nginx "/docker-entrypoint.…" 2 days ago Up 47 hours 0.0.0.0:80->80/tcp nginx1'],
    here: ['1cdd55fd90c5 nginx "/docker-entrypoint.…" 2 days ago Up 47 hours 0.0.0.0:80->80/tcp, :::80->80/tcp nginx1'],
  }),
  ...at('000-02.3', {
    kind: 'counter or time',
    reason: 'a container starts faster here',
    article: ['d07fb4674ffe centos "/bin/bash" 7 seconds ago Up 6 seconds centos01'],
    here: ['d07fb4674ffe centos "/bin/bash" 7 seconds ago Up 7 seconds centos01'],
  }),
  ...at('000-03.1', { kind: 'elision', reason: 'replies 6 to 22', elided: 'parts' }),
  ...at('000-04.1', {
    kind: 'older docker',
    reason: 'docker exec -t could lose a race for the size of its terminal; it tries again now',
    article: ['failed to resize tty, using default size'],
  }),
  ...at('000-05.1', WHOLE_SECONDS(7)),
  ...at('000-08.2', WHOLE_SECONDS(4)),
  ...at('000-10.1', { kind: 'older docker', reason: 'a tabulator stood behind Usage:', blanks: 'all' }),
  ...at('000-11.1', NARROW),
  ...at(
    '000-12.1',
    { kind: 'elision', reason: 'begin and end are left out', elided: 'parts' },
    { kind: 'edited', reason: 'indented in three ways', blanks: 'all' },
  ),
  ...at('001-01.2', NARROW, {
    kind: 'counter or time',
    reason: 'a container starts faster here',
    article: ['dfe2c0f67d68 busybox "/bin/sh -c \'while t…" 35 seconds ago Up 33 seconds test1'],
    here: ['dfe2c0f67d68 busybox "/bin/sh -c \'while t…" 35 seconds ago Up 35 seconds test1'],
  }),
  ...at('001-01.3', GREETING),
  ...at('001-01.4', {
    kind: 'other machine',
    reason: 'the site is eight routers away here, eleven there',
    article: [0, 1, 2].map((seq) => `64 bytes from 14.215.177.38: seq=${seq} ttl=53 time=0 ms`),
    here: [0, 1, 2].map((seq) => `64 bytes from 14.215.177.38: seq=${seq} ttl=56 time=0 ms`),
  }),
  ...at('001-02.3', GREETING),
  ...at('001-03.1', NO_YUM),
  ...at('001-04.1', NARROW),
  ...at('001-04.2', {
    kind: 'other machine',
    reason: 'the card has several queues, and a neighbour has the link-local addresses that NetworkManager tries',
    article: [
      '2: ens160: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000',
      '    inet6 fe80::33db:6382:9c3a:12e8/64 scope link tentative dadfailed',
      '       valid_lft forever preferred_lft forever',
      '    inet6 fe80::a780:a19:68f2:9347/64 scope link tentative dadfailed',
      '       valid_lft forever preferred_lft forever',
      '    inet6 fe80::a62f:dd94:b9a2:3027/64 scope link tentative dadfailed',
    ],
    here: [
      '2: ens160: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000',
      '    inet6 fe80::250:56ff:fe87:bda7/64 scope link ',
    ],
  }),
  ...at('001-04.3', { kind: 'page', reason: 'tabulators have become blanks', blanks: 'all' }),
  ...at('001-05.1', NARROW),
  ...at(
    '001-07.1',
    {
      kind: 'counter or time',
      reason: 'months of traffic',
      article: [
        'Chain PREROUTING (policy ACCEPT 35048 packets, 5716K bytes)',
        'Chain INPUT (policy ACCEPT 31450 packets, 5320K bytes)',
        'Chain OUTPUT (policy ACCEPT 289K packets, 17M bytes)',
        'Chain POSTROUTING (policy ACCEPT 289K packets, 17M bytes)',
      ],
      here: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'].map((chain) => `Chain ${chain} (policy ACCEPT 0 packets, 0 bytes)`),
    },
    {
      kind: 'other release',
      reason: 'iptables 1.8.9 says 0 for all protocols, and the counters are others',
      article: [
        '1763K  120M DOCKER     all  --  *      *       0.0.0.0/0            0.0.0.0/0            ADDRTYPE match dst-type LOCAL',
        '    0     0 DOCKER     all  --  *      *       0.0.0.0/0           !127.0.0.0/8          ADDRTYPE match dst-type LOCAL',
        '    7   406 MASQUERADE  all  --  *      !docker0  172.17.0.0/16        0.0.0.0/0',
        '    0     0 RETURN     all  --  docker0 *       0.0.0.0/0            0.0.0.0/0',
      ],
      here: [
        '    0     0 DOCKER     0    --  *      *       0.0.0.0/0            0.0.0.0/0            ADDRTYPE match dst-type LOCAL',
        '    0     0 DOCKER     0    --  *      *       0.0.0.0/0           !127.0.0.0/8          ADDRTYPE match dst-type LOCAL',
        /^ +\d+ +\d+ MASQUERADE {2}0 {4}-- {2}\* {6}!docker0 {2}172\.17\.0\.0\/16 {8}0\.0\.0\.0\/0$/,
        '    0     0 RETURN     0    --  docker0 *       0.0.0.0/0            0.0.0.0/0',
      ],
    },
  ),
  ...at('003-01.2', GREETING),
  ...at('003-01.3', {
    kind: 'counter or time',
    reason: 'the container is older',
    article: ['RX packets:14 errors:0 dropped:0 overruns:0 frame:0', 'RX bytes:1172 (1.1 KiB) TX bytes:0 (0.0 B)'],
    here: [/^RX packets:\d errors:0 dropped:0 overruns:0 frame:0$/, /^RX bytes:\d+ \(\d+\.\d B\) TX bytes:0 \(0\.0 B\)$/],
  }),
  ...at('003-02.1', {
    kind: 'counter or time',
    reason: 'the host and the container are older',
    article: [
      'TX packets 8 bytes 656 (656.0 B)',
      'TX errors 0 dropped 0 overruns 0 carrier 0 collisions 0',
      'RX packets 7788093 bytes 9899954680 (9.2 GiB)',
      'TX packets 5512037 bytes 9512685850 (8.8 GiB)',
      'RX packets 32 bytes 2592 (2.5 KiB)',
      'TX packets 32 bytes 2592 (2.5 KiB)',
      'TX packets 8 bytes 656 (656.0 B)',
    ],
    here: [
      /^TX packets \d bytes \d+ \(/,
      /^TX errors 0 dropped \d overruns 0 carrier 0 collisions 0$/,
      /^RX packets \d+ bytes \d+ \(/,
      /^TX packets \d+ bytes \d+ \(/,
      'RX packets 0 bytes 0 (0.0 B)',
      'TX packets 0 bytes 0 (0.0 B)',
      /^TX packets \d+ bytes \d+ \(/,
    ],
  }),
  ...at(
    '003-03.1',
    { kind: 'edited', reason: 'the prompt is cut to its end', prompt: true },
    { kind: 'elision', reason: 'the heading', here: ['bridge name bridge id STP enabled interfaces'] },
  ),
  ...at('003-04.2', GREETING),
  ...at('003-05.2', {
    kind: 'edited',
    reason: 'words stand for addresses',
    article: ['<目标容器IP网段> via <网关的IP地址> dev eth0'],
    here: ['10.244.1.0/24 via 10.168.0.3 dev eth0'],
  }),
  ...at('003-05.5', {
    kind: 'typo',
    reason: 'a bit of the host is set in 10.92.203.0/23: it is no prefix, 10.92.202.0/23 is',
    article: ['10.92.203.0/23 via 10.100.1.2 dev eth0 proto bird'],
    here: ['Error: Invalid prefix for given prefix length.'],
  }),
  ...at('004-01.2', GREETING),
  ...at('004-01.3', VTI_IN_CONTAINER),
  ...at('004-02.2', VTI_IN_CONTAINER),
  ...at('004-03.1', fallbackTunnel(`4: ${VTI_ON_HOST}`, VTI_ADDRESS), {
    kind: 'typo',
    reason: 'shown after test2 was made, printed before',
    here: [
      '152: vetha7006c1@if151: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master docker0 state UP group default ',
      '    link/ether be:5c:21:70:0d:4e brd ff:ff:ff:ff:ff:ff link-netnsid 2',
      '    inet6 fe80::bc5c:21ff:fe70:d4e/64 scope link ',
      '       valid_lft forever preferred_lft forever',
    ],
  }),
  ...at('004-04.1', GREETING),
  ...at('004-04.2', STOPPED),
  ...at('004-05.2', {
    kind: 'typo',
    reason: 'no namespace was listed, so that none can be deleted',
    here: ['Cannot remove namespace file "/run/netns/test1": No such file or directory'],
  }),
  ...at('004-05.5', fallbackTunnel(`2: ${VTI_ON_HOST}`, VTI_ADDRESS)),
  ...at('004-05.6', fallbackTunnel(`2: ${VTI_LINK}`, VTI_ADDRESS)),
  ...at('004-06.5', fallbackTunnel(`2: ${VTI_LINK}`, VTI_ADDRESS)),
  ...at('004-06.15', STOPPED),
  ...at('004-06.16', STOPPED),
  ...at('004-07.1', NARROW),
  ...at(
    '004-07.2',
    { kind: 'elision', reason: 'all but the container test1 is left out', elided: 'parts' },
    { kind: 'edited', reason: 'lines are joined and indented anew', blanks: 'all' },
    {
      kind: 'edited',
      reason: 'two lines are joined, and a brace is set below',
      article: ['"Containers": {"0ee36a7343bee417894cc3b0dea527e28d6d66679736902c29c90a7aee7f6ddb": {'],
    },
  ),
  ...at('004-07.3', { kind: 'elision', reason: 'docker0 and the end of one cable are shown', elided: 'parts' }),
  ...at('004-07.4', VTI_IN_CONTAINER),
  ...at('004-07.5', { kind: 'typo', reason: 'the prompt has lost its bracket', prompt: true }, STOPPED),
  ...at('004-08.2', VTI_IN_CONTAINER),
  ...at('004-08.3', STOPPED),
  ...at('004-08.4', STOPPED),
  ...at('004-08.5', STOPPED),
  ...at('004-10.2', NARROW),
  ...at('004-10.6', {
    kind: 'page',
    reason: 'the next comment has run into the line',
    article: [
      '159: veth1cfd21f@if158: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br-0eb1d64f0e7d state UP group default # 查看my-bridge中的Containers列表:发现test3容器已经加入my-bridge网络中。并且ip已经从 172.17.0.0网络变为 172.18.0.0。',
    ],
    here: [
      '159: veth1cfd21f@if158: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br-0eb1d64f0e7d state UP group default ',
    ],
  }),
  ...at('004-10.7', {
    kind: 'edited',
    reason: "the address is not in a line that grep finds: the author's own addition",
    article: ['\t\tIPv4Address": "172.18.0.2/16"'],
  }),
  ...at('004-11.2', {
    kind: 'edited',
    reason: "the addresses are not in lines that grep finds: the author's own addition, in another order",
    article: [
      '                "Name": "test3",\t\t"IPv4Address": "172.18.0.2/16",',
      '                "Name": "test2",\t\t"IPv4Address": "172.18.0.3/16",\t\t',
    ],
    here: ['                "Name": "test2",', '                "Name": "test3",'],
  }),
  ...at('004-11.3', STOPPED),
  ...at('004-11.4', STOPPED),
  ...at('004-11.5', VTI_IN_CONTAINER),
  ...at('004-12.2', {
    kind: 'typo',
    reason: 'true of a test2 without --link, as the article says itself; this one has test1 in its /etc/hosts',
    article: ['PING test1 (172.18.0.4): 56 data bytes'],
    here: ['PING test1 (172.17.0.3): 56 data bytes', '64 bytes from 172.17.0.3: seq=0 ttl=64 time=0 ms', '^C'],
  }),
  ...at(
    '004-13.2',
    { kind: 'elision', reason: 'all but the container web is left out', elided: 'parts' },
    {
      kind: 'edited',
      reason: 'the first line is indented anew',
      article: ['        "4f6d5934695246edc343a348bc40f434a44f7db5de1eeefb77643574fffdd9d0": {'],
    },
  ),
  ...at('004-13.3', STOPPED),
  ...at('004-13.4', { kind: 'elision', reason: 'the page after its fifth line', elided: 'rest' }),
  ...at('004-13.6', { kind: 'elision', reason: 'the page after its fifth line', elided: 'rest' }),
  ...at('004-14.3', VTI_IN_CONTAINER),
  ...at('004-15.2', fallbackTunnel('4: ip_vti0@NONE: <NOARP> mtu 1480 qdisc noop qlen 1000', VTI_ADDRESS)),
  ...at('004-16.2', { kind: 'elision', reason: 'the last line', elided: 'rest' }),
  ...at('004-16.6', {
    kind: 'other release',
    reason: 'the python under the name python:2.7 is a 3.11, in which what redis.get() gives is written so',
    article: ['Hello Container World! I have been seen 1 times and my hostname is e1103ff7eec1.'],
    here: ["Hello Container World! I have been seen b'1' times and my hostname is e1103ff7eec1."],
  }),
  ...each('001-02.1 001-02.2 001-04.2 001-06.1 001-06.2 001-07.1', NO_ENDS),
  ...each('003-01.3 003-01.4 003-02.1 003-03.1 003-05.1 003-05.2 003-05.3 003-05.4 003-05.6 003-05.7 003-05.8', NO_COLUMNS),
];
