import type { TypeInfo } from './types.ts';
import { IPSET_REVISIONS, IPSET_USAGE, PORT_NOTE, TYPE_NOTES } from './usage.ts';

/** How each option is shown. */
const OPTION_HELP: Readonly<Record<string, string>> = {
  family: '[family inet|inet6]|[-4|-6]',
  markmask: 'markmask VALUE',
  netmask: '[netmask CIDR]',
  bitmask: '[bitmask bitmask]',
  counters: '[counters]',
  comment: '[comment]',
  forceadd: '[forceadd]',
  skbinfo: '[skbinfo]',
  nomatch: '[nomatch]',
  wildcard: '[wildcard]',
  before: '[before|after NAME]',
};
const RANGES: Readonly<Record<string, string>> = { 'bitmap:port': '[PROTO:]FROM-TO' };
const FAMILIES = { both: 'supports inet and inet6', inet: 'supports family inet only', none: 'is family neutral' } as const;

/** `ipset help`, with what it says of a type; every type's revisions where it is asked with `--help` alone. */
export function helpText(type: TypeInfo | undefined, revisions: boolean): string {
  return `${IPSET_USAGE}${revisions ? IPSET_REVISIONS : ''}${type === undefined ? '' : typeHelp(type)}`;
}

function typeHelp(type: TypeInfo): string {
  const { name } = type;
  const options = (list: readonly string[], added: boolean): string =>
    list
      .filter((option) => option !== 'after' && option !== 'range')
      .map(
        (option) =>
          `               ${added && option === 'comment' ? '[comment "string"]' : (OPTION_HELP[option] ?? `[${option} VALUE]`)}\n`,
      )
      .join('');
  const range = type.create.includes('range') ? `range ${RANGES[name] ?? 'IP/CIDR|FROM-TO'}` : '';
  const note = `${TYPE_NOTES[name] ?? ''}\n${type.parts.includes('port') ? PORT_NOTE : ''}`;
  return `
${name} type specific options:

create SETNAME ${name} ${range}
${options(type.create, false)}add    SETNAME ${name} ${type.element}
${options(type.add, true)}del    SETNAME ${name} ${type.element}
${options(type.delete, true)}test   SETNAME ${name} ${type.tested}
${options(type.test, true)}
${note}
Type ${name} ${FAMILIES[type.family]}.
`;
}
