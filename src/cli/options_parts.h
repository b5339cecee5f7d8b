/* options_parts.h - for the files of the command line: what options are set by, and what their values are read with.
 *
 * The table is in options_table.c; what is set by an option in options_read.c, options_live.c and options_check.c, by who wants it
 * first; what does not go together in options_misuse.c. */
#ifndef HL_CLI_OPTIONS_PARTS_H
#define HL_CLI_OPTIONS_PARTS_H

#include "cli/options.h"

/* Take the value (NULL: the option has none). False when it cannot be one. */
typedef bool cli_set_fn(struct cli_options *options, const char *value);

cli_set_fn set_format, set_output, set_verbose, set_color, set_only, set_sni, set_port, set_progress, set_quiet, set_help,
    set_help_short, set_version, set_manual, set_ca_file, set_ca_path, set_intermediates, set_crl, set_ct_logs, set_no_ca, set_host,
    set_at, set_signatures, set_fail_on, set_key_log, set_key, set_key_pass_file, set_psk, set_write_certs, set_decrypted_pcap,
    set_write_pcap, set_write_failed, set_html, set_redact, set_show_secrets, set_interface, set_list_interfaces, set_count,
    set_duration, set_stats_interval, set_rotate_size, set_spill, set_spill_size, set_kafka_config, set_rotate_time, set_keep,
    set_snap_length, set_buffer, set_promiscuous, set_workers, set_user, set_no_sandbox, set_policy, set_server_name, set_connect,
    set_proxy, set_timeout, set_connections, set_retries, set_delay, set_all_addresses, set_enumerate, set_intrusive, set_parallel,
    set_baseline, set_write_baseline, set_expect, set_clients, set_save_pcap, set_targets, set_fail_on_result, set_check_format,
    add_report;

/* One more; false when there are CLI_PATHS_MAX. */
bool option_add_path(struct cli_paths *paths, const char *value);
/* A whole number from 1 on; 0: it is none, or more than `most`. */
unsigned long option_number(const char *value, unsigned long most);
/* "10", "10s", "1.5m", "2h", "1d"; 0: it is none of them. */
double option_seconds_of(const char *value);
/* A number of bytes, as "100M"; false: it is none, or less than `least`. */
bool option_size_of(const char *value, uint64_t least, uint64_t *out);

/* One line about the command line: what is wrong (`format` has one %s, for `what`), and what to do. Always false. */
bool option_mistake(const char *format, const char *what, const char *hint);
/* Do options contradict each other? Then it was told. */
bool options_contradict(const struct cli_options *options);

#endif
