// INFO (server.c, genRedisInfoString): what of it is about something that is here.

import { type Call, Refusal } from '../command.ts';
import { bulk, type Reply } from '../resp.ts';
import { REDIS_VERSION } from '../version.ts';

type Facts = Readonly<Record<string, string | number>>;

function human(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(2)}K`;
  return bytes < 1024 ** 3 ? `${(bytes / 1024 ** 2).toFixed(2)}M` : `${(bytes / 1024 ** 3).toFixed(2)}G`;
}

const SECTIONS: Readonly<Record<string, (call: Call) => Facts>> = {
  Server: ({ server }) => {
    const seconds = Math.floor((server.nowMs - server.startMs) / 1000);
    return {
      redis_version: REDIS_VERSION,
      redis_git_sha1: '00000000',
      redis_git_dirty: 0,
      redis_mode: 'standalone',
      arch_bits: 64,
      monotonic_clock: 'POSIX clock_gettime',
      multiplexing_api: 'epoll',
      atomicvar_api: 'c11-builtin',
      process_id: server.pid,
      process_supervised: 'no',
      run_id: server.runId,
      tcp_port: server.config.get('port'),
      server_time_usec: Math.round(server.nowMs * 1000),
      uptime_in_seconds: seconds,
      uptime_in_days: Math.floor(seconds / 86_400),
      hz: 10,
      configured_hz: 10,
      config_file: server.configFile,
      io_threads_active: 0,
    };
  },
  Clients: ({ server }) => ({
    connected_clients: server.clients.size,
    cluster_connections: 0,
    maxclients: server.config.get('maxclients'),
    blocked_clients: 0,
    tracking_clients: 0,
  }),
  Memory: ({ server }) => ({
    used_memory: server.usedMemory,
    used_memory_human: human(server.usedMemory),
    maxmemory: server.config.get('maxmemory'),
    maxmemory_human: human(server.config.number('maxmemory')),
    maxmemory_policy: server.config.get('maxmemory-policy'),
    mem_allocator: 'jemalloc-5.3.0',
  }),
  Persistence: ({ server }) => ({
    loading: 0,
    rdb_changes_since_last_save: server.changes,
    rdb_bgsave_in_progress: Number(server.saving),
    rdb_last_save_time: Math.floor(server.lastSaveMs / 1000),
    rdb_last_bgsave_status: 'ok',
    aof_enabled: 0,
  }),
  Stats: ({ server }) => ({
    total_connections_received: server.statistics.connections,
    total_commands_processed: server.statistics.commands,
    rejected_connections: server.statistics.rejected,
    pubsub_channels: new Set([...server.clients].flatMap(({ channels }) => [...channels])).size,
    pubsub_patterns: new Set([...server.clients].flatMap(({ patterns }) => [...patterns])).size,
  }),
  Replication: () => ({
    role: 'master',
    connected_slaves: 0,
    master_failover_state: 'no-failover',
    master_replid2: '0'.repeat(40),
    master_repl_offset: 0,
    second_repl_offset: -1,
    repl_backlog_active: 0,
    repl_backlog_size: 1_048_576,
    repl_backlog_first_byte_offset: 0,
    repl_backlog_histlen: 0,
  }),
  Cluster: () => ({ cluster_enabled: 0 }),
  Keyspace: ({ server }) =>
    Object.fromEntries(
      server.databases
        .filter((db) => db.keys().length > 0)
        .map((db) => [`db${db.index}`, `keys=${db.keys().length},expires=${db.expiring},avg_ttl=0`]),
    ),
};

const ALL = new Set(['default', 'all', 'everything']);

export function info(call: Call): Reply {
  const wanted = call.argv.slice(1).map((word) => word.toLowerCase());
  if (wanted.some((word) => word === '')) throw new Refusal('ERR syntax error');
  const shown = Object.entries(SECTIONS).filter(
    ([name]) => wanted.length === 0 || wanted.some((word) => ALL.has(word) || word === name.toLowerCase()),
  );
  const text = shown.map(
    ([name, facts]) =>
      `# ${name}\r\n${Object.entries(facts(call))
        .map(([key, value]) => `${key}:${value}\r\n`)
        .join('')}`,
  );
  return bulk(text.join('\r\n'));
}
