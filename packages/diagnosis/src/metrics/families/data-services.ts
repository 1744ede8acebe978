import { counter, type FamilyTable, gauge } from './family.ts';

/** Queues, caches and databases, by the exporters most people run. */
export const DATA_SERVICE_FAMILIES: FamilyTable = [
  ['kafka_consumergroup_lag', gauge('queue-lag', 'queue')],
  ['kafka_consumergroup_lag_sum', gauge('queue-lag', 'queue')],
  ['kafka_consumer_group_lag', gauge('queue-lag', 'queue')],
  ['kafka_consumer_records_lag', gauge('queue-lag', 'queue')],
  ['kafka_consumer_fetch_manager_records_lag', gauge('queue-lag', 'queue')],
  ['kafka_consumergroup_current_offset', counter('queue-consumed', 'queue')],
  ['kafka_topic_partition_current_offset', counter('queue-produced', 'queue')],
  ['rabbitmq_queue_messages_ready', gauge('queue-lag', 'queue')],
  ['rabbitmq_queue_messages', gauge('queue-lag', 'queue')],
  ['nats_consumer_num_pending', gauge('queue-lag', 'queue')],
  ['jetstream_consumer_num_pending', gauge('queue-lag', 'queue')],
  ['pulsar_subscription_back_log', gauge('queue-lag', 'queue')],
  [
    'redis_keyspace_hits_total',
    counter('cache-hit-ratio', 'pod', {
      over: { metrics: ['redis_keyspace_hits_total', 'redis_keyspace_misses_total'] },
    }),
  ],
  ['cache_hit_ratio', gauge('cache-hit-ratio', 'pod', { fold: 'mean' })],
  ['redis_evicted_keys_total', counter('cache-evictions', 'pod')],
  ['memcached_items_evicted_total', counter('cache-evictions', 'pod')],
  ['redis_memory_used_bytes', gauge('cache-fill', 'pod', { over: { metrics: ['redis_memory_max_bytes'] } })],
  ['memcached_current_bytes', gauge('cache-fill', 'pod', { over: { metrics: ['memcached_limit_bytes'] } })],
  ['pg_stat_activity_max_tx_duration', gauge('query-time', 'pod', { fold: 'max' })],
  ['mysql_global_status_slow_queries', counter('slow-queries', 'pod')],
  ['mysql_global_status_innodb_row_lock_current_waits', gauge('lock-waits', 'pod')],
  ['pg_locks_waiting', gauge('lock-waits', 'pod')],
  ['pg_stat_activity_count', gauge('lock-waits', 'pod', { only: ({ wait_event_type: kind }) => kind === 'Lock' })],
];
