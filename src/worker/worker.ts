import { expose, proxy, transfer } from 'comlink';
import { openTask } from './lab-task.ts';
import type { LabEvents, LabSessionApi, LabWorkerApi, SessionStart } from './protocol.ts';
import { SessionHost } from './session-host.ts';

/** The page's events as plain functions: what arrives here is a comlink proxy, which answers every call with a promise. */
const eventsOf = (page: LabEvents): LabEvents => ({
  begun: (info) => page.begun(info),
  output: (terminal, data) => page.output(terminal, transfer(data, [data.buffer])),
  snapshot: (snapshot) => page.snapshot(snapshot),
  log: (from, entries) => page.log(from, entries),
  history: (state) => page.history(state),
  past: (history) => page.past(history),
  files: (views) => page.files(views),
  live: (results) => page.live(results),
  terminalClosed: (terminal) => page.terminalClosed(terminal),
  halted: (message) => page.halted(message),
  bug: (report) => page.bug(report),
});

class ExposedSession extends SessionHost {
  override open(start: SessionStart, page: LabEvents): Promise<void> {
    return super.open(start, eventsOf(page));
  }
}

const api: LabWorkerApi = {
  session: async (): Promise<LabSessionApi> => proxy(new ExposedSession()),
  vars: async (exercise, seed) => openTask({ exercise }, seed).vars,
  beat: async () => {},
};

expose(api);
