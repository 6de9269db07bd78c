/** Offers bytes to the browser as a download. */
export function saveFile(name: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/vnd.tcpdump.pcap' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not before the download has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
