const FAMILIES = '+UNIX +INET +INET6 +IPX +AX25 +NETROM +X25 +ATALK +ECONET +ROSE -BLUETOOTH';
const HARDWARE = '+ETHER +ARC +SLIP +PPP +TUNNEL -TR +AX25 +NETROM +X25 +FR +ROSE +ASH +SIT +FDDI +HIPPI +HDLC/LAPB +EUI64 ';

/** What `-V` prints: the release, the authors where a program names them, what was built in, address families and hardware types. */
export function versionText(about: { readonly authors?: string; readonly features: string; readonly hardware?: string }): string {
  const authors = about.authors === undefined ? '' : `${about.authors}\n`;
  return `net-tools 2.10\n${authors}${about.features}\nAF: (inet) ${FAMILIES}\nHW: ${about.hardware ?? ''} ${HARDWARE}\n`;
}
