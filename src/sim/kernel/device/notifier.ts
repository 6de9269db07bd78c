/**
 * What a namespace is told about its devices (Linux's netdevice notifier chain): IPv4 addresses, IPv4 routes, IPv6 and the
 * neighbour tables act on them, in that order. `change` means flags, carrier or operstate of a device that is up.
 */
export type DeviceEvent =
  | 'register'
  | 'unregister'
  | 'up'
  | 'down'
  | 'change'
  | 'changeMtu'
  | 'changeAddress'
  | 'changeName'
  | 'notifyPeers';
