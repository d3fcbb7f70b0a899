/** What one metric of the process means, and what one of it is. */
export interface ProcessMetric {
  readonly name: string;
  readonly unit: string;
  readonly labels?: readonly string[];
  readonly help: string;
}

const lag = (which: string, help: string): ProcessMetric => ({ name: `nodejs_eventloop_lag_${which}seconds`, unit: 'seconds', help: `Delay of the event loop: ${help}.` });

/**
 * What prom-client records of every process, by names that dashboards know. Memory and descriptors of the system's own count
 * (`process_virtual_memory_bytes`, `process_heap_bytes`, `process_open_fds`, `process_max_fds`) are told on Linux only.
 */
export const PROCESS_METRICS: readonly ProcessMetric[] = [
  { name: 'process_cpu_user_seconds_total', unit: 'seconds', help: 'Processor time in the program itself.' },
  { name: 'process_cpu_system_seconds_total', unit: 'seconds', help: 'Processor time in the system on its behalf.' },
  { name: 'process_cpu_seconds_total', unit: 'seconds', help: 'Both together.' },
  { name: 'process_start_time_seconds', unit: 'seconds', help: 'When the process began, since 1970.' },
  { name: 'process_resident_memory_bytes', unit: 'bytes', help: 'Memory that it has in use.' },
  { name: 'process_virtual_memory_bytes', unit: 'bytes', help: 'Addresses that it has reserved.' },
  { name: 'process_heap_bytes', unit: 'bytes', help: 'Size of its data segment.' },
  { name: 'process_open_fds', unit: 'descriptors', help: 'Open files and sockets.' },
  { name: 'process_max_fds', unit: 'descriptors', help: 'How many it may open.' },
  lag('', 'of one turn at the scrape'),
  lag('min_', 'the shortest'),
  lag('max_', 'the longest'),
  lag('mean_', 'the mean'),
  lag('stddev_', 'the standard deviation'),
  lag('p50_', 'the median'),
  lag('p90_', 'nine of ten are shorter'),
  lag('p99_', 'ninety-nine of a hundred are shorter'),
  { name: 'nodejs_active_resources', unit: 'resources', labels: ['type'], help: 'What keeps the event loop alive, by type.' },
  { name: 'nodejs_active_resources_total', unit: 'resources', help: 'All of them.' },
  { name: 'nodejs_active_handles', unit: 'handles', labels: ['type'], help: 'Open handles by type: sockets, servers, pipes.' },
  { name: 'nodejs_active_handles_total', unit: 'handles', help: 'All of them.' },
  { name: 'nodejs_active_requests', unit: 'requests', labels: ['type'], help: 'Requests to the system that are under way, by type.' },
  { name: 'nodejs_active_requests_total', unit: 'requests', help: 'All of them.' },
  { name: 'nodejs_heap_size_total_bytes', unit: 'bytes', help: 'Size of the JavaScript heap.' },
  { name: 'nodejs_heap_size_used_bytes', unit: 'bytes', help: 'What of it is in use.' },
  { name: 'nodejs_external_memory_bytes', unit: 'bytes', help: 'Memory that JavaScript objects hold outside the heap.' },
  { name: 'nodejs_heap_space_size_total_bytes', unit: 'bytes', labels: ['space'], help: 'Size of each space of the heap.' },
  { name: 'nodejs_heap_space_size_used_bytes', unit: 'bytes', labels: ['space'], help: 'What of it is in use.' },
  { name: 'nodejs_heap_space_size_available_bytes', unit: 'bytes', labels: ['space'], help: 'What of it is free.' },
  { name: 'nodejs_version_info', unit: '1', labels: ['version', 'major', 'minor', 'patch'], help: 'The version of Node, in its labels.' },
  { name: 'nodejs_gc_duration_seconds', unit: 'seconds', labels: ['kind'], help: 'Time that garbage collections took, by kind.' },
];
