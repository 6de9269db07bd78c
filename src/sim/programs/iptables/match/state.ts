import { CT_STATES, type CtState, type StateMatch } from '../../../kernel/netfilter/match/ct.ts';
import { type Extension, nftNot, required } from '../extension.ts';
import { misuse } from '../problem.ts';

/** In the order in which abbreviations are tried. */
const TRIED: readonly CtState[] = ['INVALID', 'NEW', 'ESTABLISHED', 'RELATED', 'UNTRACKED', 'SNAT', 'DNAT'];

/** A list of states; the beginning of a name will do, in any case. */
export function parseStates(text: string, option: 'state' | 'ctstate'): CtState[] {
  const known = option === 'state' ? TRIED.slice(0, 5) : TRIED;
  const words = text.split(',');
  const wanted = words.map((word, i) => {
    if (word === '' && i === words.length - 1) {
      throw misuse(`"--${option}" requires a list of states with no spaces, e.g. ESTABLISHED,RELATED`);
    }
    const state = word === '' ? undefined : known.find((name) => name.startsWith(word.toUpperCase()));
    if (state === undefined) throw misuse(`Bad ${option} "${word}"`);
    return state;
  });
  return CT_STATES.filter((state) => wanted.includes(state));
}

export const state: Extension<StateMatch> = {
  name: 'state',
  checksItself: true,
  options: [{ names: ['state'], arguments: 1 }],
  build(given) {
    const { values, invert } = required('state', given, 'state');
    return { name: 'state', states: parseStates(values[0] as string, 'state'), invert };
  },
  print: ({ states, invert }) => `${invert ? ' !' : ''} state ${states.join(',')}`,
  save: ({ states, invert }) => `${invert ? ' !' : ''} --state ${states.join(',')}`,
  translate: ({ states, invert }) => `ct state ${nftNot(invert)}${states.join(',').toLowerCase()}`,
};
