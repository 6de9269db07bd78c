import type { Random } from '../../base/random.ts';

// What a container is called that nobody named: a trait and somebody who has done something for science or engineering.

const TRAITS = (
  'admiring adoring agitated amazing bold boring brave busy charming clever compassionate confident cool cranky crazy dazzling determined ' +
  'eager ecstatic elastic elated elegant epic exciting fervent flamboyant focused friendly frosty gallant gifted goofy gracious great happy ' +
  'hopeful hungry inspiring jolly jovial keen kind laughing loving lucid magical modest musing mystifying naughty nervous nice nifty nostalgic ' +
  'objective optimistic peaceful pedantic pensive practical priceless quirky recursing relaxed reverent romantic sad serene sharp silly sleepy ' +
  'stoic strange stupefied suspicious sweet tender thirsty trusting unruffled upbeat vibrant vigilant vigorous wizardly wonderful youthful zealous zen'
).split(' ');

const PEOPLE = (
  'agnesi albattani allen archimedes ardinghelli aryabhata babbage banach banzai bardeen bartik bassi beaver bell benz bhabha blackwell bohr booth ' +
  'borg bose boyd brahmagupta brattain brown buck burnell carson cartwright cerf chandrasekhar chaplygin chatelet chebyshev clarke cohen colden cori cray ' +
  'curie curran darwin davinci dewdney dhawan diffie dijkstra dirac driscoll dubinsky easley edison einstein elbakyan elgamal elion ellis engelbart ' +
  'euclid euler faraday feistel fermat fermi feynman franklin gagarin galileo galois ganguly gates gauss germain goldberg goldstine goldwasser golick ' +
  'goodall gould greider grothendieck haibt hamilton haslett hawking heisenberg hellman hermann herschel hertz heyrovsky hodgkin hofstadter hoover hopper ' +
  'hugle hypatia jackson jang jemison jennings jepsen johnson joliot jones kalam kapitsa kare keldysh keller kepler khayyam khorana kilby kirch knuth ' +
  'kowalevski lalande lamarr lamport leakey leavitt lederberg lehmann lewin lichterman liskov lovelace lumiere mahavira margulis matsumoto maxwell mayer ' +
  'mccarthy mcclintock mclaren mclean mcnulty meitner mendel mendeleev meninsky merkle mestorf mirzakhani montalcini moore morse moser murdock napier nash ' +
  'neumann newton nightingale nobel noether northcutt noyce panini pare pascal pasteur payne perlman pike poincare poitras proskuriakova ptolemy raman ' +
  'ramanujan rhodes ride ritchie robinson roentgen rosalind rubin saha sammet sanderson satoshi shamir shannon shaw shirley shockley shtern sinoussi ' +
  'snyder solomon spence stonebraker sutherland swanson swartz swirles taussig tesla tharp thompson torvalds tu turing varahamihira vaughan villani ' +
  'visvesvaraya volhard wescoff wilbur wiles williams williamson wilson wing wozniak wright wu yalow yonath zhukovsky'
).split(' ');

/** What a container may be called. */
export const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** A name that is free; after some attempts one with a digit behind it. */
export function randomName(random: Random, isTaken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const name = `${TRAITS[random.int(TRAITS.length)]}_${PEOPLE[random.int(PEOPLE.length)]}${attempt < 6 ? '' : random.int(10)}`;
    // Steve Wozniak is not boring.
    if (name !== 'boring_wozniak' && !isTaken(name)) return name;
  }
}
