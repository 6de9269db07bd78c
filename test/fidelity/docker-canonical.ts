// What two runs of the same session with Docker may differ in: ids, names of veth devices, ages, and the order of what is hashed.

/** Dates, ages, process numbers, options of the recorder's own disk, and columns as wide as what stands in them. */
export function dockerVolatile(output: string): string {
  return (
    output
      .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<date>')
      .replace(
        /\b(Up )?(Less than a second|About a minute|\d+ (?:second|minute)s?)( ago)?\b/g,
        (_, up = '', _age, ago = '') => `${up}<age>${ago}`,
      )
      .replace(/ AS \/[a-z]+_[a-z]+\//g, ' AS /<name>/')
      .replace(/\b(pid|fd)=\d+/g, '$1=<n>')
      .replace(/,discard,resv_strict,resuid=\d+,resgid=\d+/g, '')
      // A shell that has asked the terminal where its cursor stands prints its prompt again.
      .replace(/(\/ # ){2,}/g, '/ # ')
      .replace(/bash-5\.2# +(?=bash-5\.2# )/g, '')
      .replace(/[ \t]+$/gm, '')
      .replace(/(?<=\S)[ \t]{2,}|\t/g, '  ')
  );
}

/** Drawn names, each by its number in `name`: ids in full and in short, and cables. */
export function dockerNames(output: string, name: (kind: string, key: string) => string): string {
  return output
    .replace(/"(EndpointID|Created|Id|SandboxID)": "[^"]+"/g, '"$1": "<id>"')
    .replace(/(?<=overlay2\/l\/)[A-Z2-7]{26}\b/g, (link) => name('layer', link))
    .replace(/\b[0-9a-f]{64}\b/g, (id) => `${name('container', id.slice(0, 12))}…`)
    .replace(/\bveth[0-9a-f]{7}\b/g, (veth) => name('veth', veth))
    .replace(/(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])/g, (id) => name('container', id));
}

/** Commands whose order is that of ids or of hash tables, or of two streams that mix. */
export const DOCKER_UNORDERED =
  /docker (?:network |container )?inspect|\benv\b|docker network ls|docker ps|docker port|\bss\b|docker exec (?!-\w*t)|iptables .*\bDOCKER\b/;

/** One line as it is compared where the order does not count: who is who cannot be told then. */
export const unnumbered = (line: string): string =>
  line
    .trim()
    .replace(/,$/, '')
    .replace(/<(container|veth|mac|port)\d+>/g, '<$1>');
