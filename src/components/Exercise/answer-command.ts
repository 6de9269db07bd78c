/** Words that no shell takes for anything else. */
const PLAIN = /^[\w.:/@-]+$/;

/** The command line that hands in a value; undefined where there is none yet. */
export function answerCommand(name: string, value: string): string | undefined {
  const word = value.trim();
  if (word === '') return undefined;
  return `answer ${name} ${PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`}`;
}
