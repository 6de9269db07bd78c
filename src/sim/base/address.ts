// The addresses of the layers below the socket: MAC and IPv4 as plain numbers, so that tables key on them without
// allocating; IPv6 as its canonical text.

export * from './ipv4-address.ts';
export * from './ipv6-address.ts';
export * from './mac-address.ts';
