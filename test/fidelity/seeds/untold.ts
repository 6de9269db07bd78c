/** Something done before a step that the article does not show, or says in words. */
export interface Untold {
  /** Before which step, as `000-04.1`. */
  readonly before: string;
  /** A command, or seconds that pass. */
  readonly run: string | number;
  readonly reason: string;
}

export const UNTOLD: readonly Untold[] = [
  { before: '000-02.3', run: 6, reason: 'the container is seven seconds old' },
  { before: '000-04.1', run: 'docker run -d -it --name centos02 centos', reason: 'in words: 再run一个centos02试试' },
  { before: '000-05.1', run: 'docker exec -it centos02 /bin/bash', reason: 'the prompt is that of a shell in centos02' },
  { before: '000-06.1', run: 'exit', reason: 'in words: 在本机' },
  { before: '001-01.2', run: 35, reason: 'the container is 35 seconds old' },
  { before: '001-02.1', run: 'exit', reason: "the prompt is the host's again" },
  { before: '001-02.1', run: 4 * 3600 - 17 * 60, reason: 'test1 is hours older than test2' },
  {
    before: '001-02.1',
    run: 'docker run -d --name test2 busybox /bin/sh -c "while true; do sleep 3600;done"',
    reason: 'in words: 再新建一个容器',
  },
  { before: '001-04.1', run: 17 * 60, reason: 'test2 is 17 minutes old' },
  {
    before: '002-03.2',
    run: 'docker run -d --name container_name --network my_network busybox sleep 3600',
    reason: 'somebody must have the name that stands for any',
  },
  {
    before: '002-03.3',
    run: 'docker rm -f container_name && docker network rm my_network',
    reason: 'the second network of that name is another one',
  },
  { before: '002-03.5', run: 'docker run -d --name container_name busybox sleep 3600', reason: 'in words: 已存在的容器' },
  {
    before: '002-04.1',
    run: 'docker rm -f networktest container_name && docker network rm my_network && docker network create --subnet 172.18.0.0/16 my_network',
    reason: 'in words: the container has 172.17.0.2, and my_network is the first of its kind',
  },
  { before: '002-04.1', run: 'docker run -d --name container_name busybox sleep 3600', reason: 'in words: 容器创建时' },
  {
    before: '003-01.2',
    run: 'docker rm c1 && docker run -d -it --name c1 hub.pri.ibanyu.com/devops/alpine:v3.8 /bin/sh',
    reason: 'a shell without a terminal has ended by now; the one of the article is there',
  },
  { before: '003-02.1', run: 'exit', reason: "the host's interfaces are shown" },
  { before: '003-05.1', run: 'exit', reason: "the host's routes are shown" },
  {
    before: '003-05.1',
    run: 'for d in bond0 cali93a8a799fe1 tunnel0 interface1; do ip link add $d type dummy && ip link set $d up; done',
    reason: 'the devices that the routes name',
  },
  {
    before: '003-05.1',
    run: 'ip route add 10.168.0.0/24 dev eth0; ip route add 10.106.65.0/24 dev bond0; for d in tunnel0 interface1; do ip route append 10.100.1.0/24 dev $d; done',
    reason: 'the gateways that the routes name are neighbours',
  },
  { before: '004-02.1', run: 'exit', reason: "the prompt is the host's again" },
  { before: '004-05.1', run: 'exit', reason: "the prompt is the host's again" },
  { before: '004-08.1', run: 'docker rm -f test2', reason: 'a new container has its name, and its port is gone in the next brctl show' },
  { before: '004-13.5', run: 'docker rename web web1', reason: 'a new container has its name, and its port is there in 004-15' },
  { before: '004-13.5', run: 'docker run --rm busybox true', reason: 'the numbers 166 and 167 were used up' },
  { before: '004-14.1', run: 'mkdir flask-hello-world; cd flask-hello-world', reason: 'the prompt says so' },
  { before: '004-15.2', run: 'docker network disconnect my-bridge test1', reason: 'its interfaces 162 and 163 are gone' },
  { before: '004-16.1', run: 'cd ../flask-redis', reason: 'the prompt says so' },
];

const PLACEHOLDER = 'a placeholder stands in the command';
const NO_COMMAND = 'the article shows the route alone';

/** What is typed where the article has no command, or one that cannot have been typed so. */
export const INSTEAD: Readonly<Record<string, { readonly run: string; readonly reason: string }>> = {
  '002-03.2': { run: 'docker run --rm --network my_network busybox ping -c 1 container_name', reason: 'in words: a container pings it' },
  '002-03.4': { run: 'docker run --rm --network my_network busybox ip addr show eth0', reason: PLACEHOLDER },
  '002-04.1': {
    run: 'docker network connect my_network container_name && docker exec container_name ip addr',
    reason: 'in words: the two addresses',
  },
  '003-05.1': { run: 'ip route add 10.244.1.0/24 via 10.168.0.3 dev eth0 && ip route show 10.244.1.0/24', reason: NO_COMMAND },
  '003-05.2': { run: 'ip route show 10.244.1.0/24', reason: PLACEHOLDER },
  '003-05.3': { run: 'ip route add 10.92.77.163 dev cali93a8a799fe1 && ip route show 10.92.77.163', reason: NO_COMMAND },
  '003-05.4': {
    run: 'ip route add 10.92.160.0/23 via 10.106.65.2 dev bond0 proto bird && ip route show 10.92.160.0/23',
    reason: NO_COMMAND,
  },
  '003-05.5': {
    run: 'ip route add 10.92.203.0/23 via 10.100.1.2 dev eth0 proto bird && ip route show 10.92.203.0/23',
    reason: NO_COMMAND,
  },
  '003-05.6': { run: 'ip route replace 10.92.203.0/24 via 10.100.1.2 dev tunnel0 && ip route show 10.92.203.0/24', reason: NO_COMMAND },
  '003-05.7': { run: 'ip route replace 10.92.203.0/24 via 10.100.1.2 dev interface1 && ip route show 10.92.203.0/24', reason: NO_COMMAND },
  '003-05.8': { run: 'ip route replace 10.92.203.0/24 via 10.100.1.1 dev tunnel0 && ip route show 10.92.203.0/24', reason: NO_COMMAND },
  '004-16.6': { run: 'curl 192.168.31.210:5000', reason: "the article's machine has no address 192.168.31.220" },
};

const ID = /^[0-9a-f]{64}$/;

/** Steps whose output the article does not show: lines that are among what is printed, in this order; [] where nothing is. */
export const UNSEEN: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  '000-06.1': [
    /^30: veth\w{7}@if29: /,
    /^116: veth\w{7}@if115: .* master docker0 state UP /,
    /^118: veth\w{7}@if117: .* master docker0 state UP /,
  ],
  '000-13.1': ['            "Links": [', '                "/centos02:/centos03/centos02"', '            ],'],
  '002-01.1': ['3: docker0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default '],
  '002-01.2': ['        "Name": "bridge",', '        "Containers": {},'],
  '002-02.1': [ID],
  '002-03.1': [ID],
  '002-03.2': ['PING container_name (172.18.0.2): 56 data bytes', '1 packets transmitted, 1 packets received, 0% packet loss'],
  '002-03.3': [ID],
  '002-03.4': ['    inet 192.168.1.2/24 brd 192.168.1.255 scope global eth0'],
  '002-03.5': [],
  '002-03.6': [],
  '002-03.7': [],
  '002-03.8': ['                "Name": "container_name",', '                "IPv4Address": "192.168.1.2/24",'],
  '002-04.1': [
    '    inet 172.17.0.2/16 brd 172.17.255.255 scope global eth0',
    '    inet 172.18.0.2/16 brd 172.18.255.255 scope global eth1',
  ],
  '003-01.1': [ID],
  '003-04.1': [ID],
  '004-01.1': ['0ee36a7343bee417894cc3b0dea527e28d6d66679736902c29c90a7aee7f6ddb'],
  '004-07.6': ['-bash: yum: command not found'],
  '004-08.1': [ID],
  '004-10.4': [ID],
  '004-13.1': ['4f6d5934695246edc343a348bc40f434a44f7db5de1eeefb77643574fffdd9d0'],
  '004-13.5': [ID],
  '004-14.1': ['793d4d074babf6fea972261ed774caf08e8541cee7c376c41e2084f9ea4ff4c1'],
  '004-15.1': [ID],
  '004-16.3': [
    'Step 1/7 : FROM python:2.7',
    'Looking in indexes: http://pypi.douban.com/simple',
    'Step 7/7 : CMD [ "python", "app.py" ]',
    'Successfully tagged rtsfan1024/flask-redis:latest',
  ],
  '004-16.4': [ID],
  '004-16.5': [/^e1103ff7eec1/],
};
