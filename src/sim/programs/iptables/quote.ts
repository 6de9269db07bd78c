/** A word as iptables-save writes it: in quotation marks if it has anything a shell would see (xtables_save_string). */
export function quote(text: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(text)) return text;
  return `"${text.replaceAll(/["\\']/g, '\\$&')}"`;
}
