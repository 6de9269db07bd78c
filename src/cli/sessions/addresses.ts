import type { Learner, Link, Maker } from './learner.ts';

/** Gives an address to an end of a pair; the other end gets one of the same subnet later. */
export function addAddress(learner: Learner): string | undefined {
  const link = learner.link();
  const near = link.peer?.addresses.find((address) => address.includes('.'));
  const subnet = near?.replace(/\.\d+\/\d+$/, '');
  const address = `${subnet ?? learner.nextSubnet()}.${learner.random.int(200) + 2}/${learner.pick([24, 24, 24, 24, 16, 30, 32, 25])}`;
  link.addresses.push(address);
  const extra = learner.pick([
    '',
    '',
    '',
    '',
    ' brd +',
    ' broadcast +',
    ` label ${link.name}:1`,
    ' scope link',
    ' scope host',
    ' noprefixroute',
    ' metric 50',
    ' valid_lft 300 preferred_lft 200',
    ' brd -',
  ]);
  const order = learner.chance(85) ? `${address} dev ${link.name}` : `dev ${link.name} ${address}`;
  return learner.ip(link.netns, `${learner.pick(['addr', 'addr', 'a', 'address'])} add ${order}${extra}`);
}

function addAddress6(learner: Learner): string {
  const link = learner.link();
  const near = link.peer?.addresses.find((address) => address.includes(':'));
  const address = `${near?.replace(/[0-9a-f]*\/\d+$/, '') ?? learner.nextSubnet6()}${learner.random.int(200) + 2}/64`;
  link.addresses.push(address);
  const extra = learner.pick([
    '',
    ' nodad',
    ' nodad',
    ' nodad',
    ' nodad noprefixroute',
    ' valid_lft 300 preferred_lft 200',
    ' valid_lft 400 preferred_lft 0',
    ' scope link',
    ' home',
    ' metric 77',
  ]);
  if (!extra.includes('nodad')) learner.plan.push('! sleep 2');
  return learner.ip(link.netns, `addr add ${address} dev ${link.name}${extra}`, learner.pick(['', '', '-6']));
}

const withAddress =
  (make: (learner: Learner, link: Link, address: string) => string): Maker =>
  (learner) => {
    const link = learner.pickIfAny(learner.links.filter((one) => one.addresses.length > 0 && one.name !== 'eth0'));
    const address = link && learner.pick(link.addresses);
    return link && address && make(learner, link, address);
  };

export const ADDRESS_COMMANDS: readonly Maker[] = [
  addAddress,
  addAddress,
  addAddress,
  addAddress6,
  addAddress6,
  withAddress((learner, link, address) => {
    link.addresses.splice(link.addresses.indexOf(address), 1);
    return learner.ip(
      link.netns,
      `addr ${learner.pick(['del', 'delete', 'd'])} ${learner.chance(80) ? address : address.replace(/\/.*/, '')} dev ${link.name}`,
    );
  }),
  withAddress((learner, link, address) =>
    learner.ip(
      link.netns,
      `addr ${learner.pick(['replace', 'change', 'add', 'replace'])} ${address} dev ${link.name}${learner.pick(['', ' brd +', ' valid_lft 600 preferred_lft 300', ' metric 9', ' preferred_lft 0', ' noprefixroute', ` label ${link.name}:7`])}`,
    ),
  ),
  // Another address of the same subnet is a secondary one.
  withAddress((learner, link, address) => {
    if (!address.includes('.')) return learner.ip(link.netns, `-6 addr show dev ${link.name}`);
    const second = address.replace(/\.\d+\//, `.${learner.random.int(50) + 201}/`);
    link.addresses.push(second);
    return learner.ip(link.netns, `addr add ${second} dev ${link.name}`);
  }),
  withAddress((learner, link) => {
    const own = `10.255.0.${learner.random.int(100) + 1}`;
    return learner.ip(
      link.netns,
      `addr add ${own} peer 10.255.1.${learner.random.int(100) + 1}${learner.pick(['', '/32', '/24'])} dev ${link.name}`,
    );
  }),
  withAddress((learner, link) => {
    const filter = learner.pick(['', '', '', ' scope global', ' to 10.0.0.0/8', ' label *:1']);
    if (filter === '') link.addresses.length = 0;
    return learner.ip(link.netns, `addr flush dev ${link.name}${filter}`, learner.pick(['', '', '-4', '-6', '-s', '-s -s']));
  }),
];
