import { benchBoot } from './boot.ts';
import { benchBridge } from './bridge.ts';
import { benchDocker } from './docker.ts';
import { format, type Result } from './measure.ts';
import { benchPage } from './page.ts';
import { benchRouter } from './router.ts';
import { benchTcp } from './tcp.ts';
import { benchVeth } from './veth.ts';
import { benchVxlan } from './vxlan.ts';

const BENCHES: Readonly<Record<string, () => Result[] | Promise<Result[]>>> = {
  boot: benchBoot,
  veth: benchVeth,
  router: benchRouter,
  bridge: benchBridge,
  vxlan: benchVxlan,
  tcp: benchTcp,
  docker: benchDocker,
  page: benchPage,
};

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  for (const [name, run] of Object.entries(BENCHES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const result of await run()) console.log(format(result));
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
