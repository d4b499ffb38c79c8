/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Second half of the trick that helpers_rename.h explains: the names by which a program
 * calls a helper, for those that were renamed.
 */
#undef bpf_map_lookup_elem
#define bpf_map_lookup_elem(...) bpf_h_map_lookup_elem(__VA_ARGS__)
#undef bpf_map_update_elem
#define bpf_map_update_elem(...) bpf_h_map_update_elem(__VA_ARGS__)
#undef bpf_map_delete_elem
#define bpf_map_delete_elem(...) bpf_h_map_delete_elem(__VA_ARGS__)
#undef bpf_probe_read
#define bpf_probe_read(...) bpf_h_probe_read(__VA_ARGS__)
#undef bpf_ktime_get_ns
#define bpf_ktime_get_ns(...) bpf_h_ktime_get_ns(__VA_ARGS__)
#undef bpf_trace_printk
#define bpf_trace_printk(...) bpf_h_trace_printk(__VA_ARGS__)
#undef bpf_get_prandom_u32
#define bpf_get_prandom_u32(...) bpf_h_get_prandom_u32(__VA_ARGS__)
#undef bpf_get_smp_processor_id
#define bpf_get_smp_processor_id(...) bpf_h_get_smp_processor_id(__VA_ARGS__)
#undef bpf_skb_store_bytes
#define bpf_skb_store_bytes(...) bpf_h_skb_store_bytes(__VA_ARGS__)
#undef bpf_l3_csum_replace
#define bpf_l3_csum_replace(...) bpf_h_l3_csum_replace(__VA_ARGS__)
#undef bpf_l4_csum_replace
#define bpf_l4_csum_replace(...) bpf_h_l4_csum_replace(__VA_ARGS__)
#undef bpf_tail_call
#define bpf_tail_call(...) bpf_h_tail_call(__VA_ARGS__)
#undef bpf_clone_redirect
#define bpf_clone_redirect(...) bpf_h_clone_redirect(__VA_ARGS__)
#undef bpf_get_current_pid_tgid
#define bpf_get_current_pid_tgid(...) bpf_h_get_current_pid_tgid(__VA_ARGS__)
#undef bpf_get_current_uid_gid
#define bpf_get_current_uid_gid(...) bpf_h_get_current_uid_gid(__VA_ARGS__)
#undef bpf_get_current_comm
#define bpf_get_current_comm(...) bpf_h_get_current_comm(__VA_ARGS__)
#undef bpf_get_cgroup_classid
#define bpf_get_cgroup_classid(...) bpf_h_get_cgroup_classid(__VA_ARGS__)
#undef bpf_skb_vlan_push
#define bpf_skb_vlan_push(...) bpf_h_skb_vlan_push(__VA_ARGS__)
#undef bpf_skb_vlan_pop
#define bpf_skb_vlan_pop(...) bpf_h_skb_vlan_pop(__VA_ARGS__)
#undef bpf_skb_get_tunnel_key
#define bpf_skb_get_tunnel_key(...) bpf_h_skb_get_tunnel_key(__VA_ARGS__)
#undef bpf_skb_set_tunnel_key
#define bpf_skb_set_tunnel_key(...) bpf_h_skb_set_tunnel_key(__VA_ARGS__)
#undef bpf_perf_event_read
#define bpf_perf_event_read(...) bpf_h_perf_event_read(__VA_ARGS__)
#undef bpf_redirect
#define bpf_redirect(...) bpf_h_redirect(__VA_ARGS__)
#undef bpf_get_route_realm
#define bpf_get_route_realm(...) bpf_h_get_route_realm(__VA_ARGS__)
#undef bpf_perf_event_output
#define bpf_perf_event_output(...) bpf_h_perf_event_output(__VA_ARGS__)
#undef bpf_skb_load_bytes
#define bpf_skb_load_bytes(...) bpf_h_skb_load_bytes(__VA_ARGS__)
#undef bpf_get_stackid
#define bpf_get_stackid(...) bpf_h_get_stackid(__VA_ARGS__)
#undef bpf_csum_diff
#define bpf_csum_diff(...) bpf_h_csum_diff(__VA_ARGS__)
#undef bpf_skb_get_tunnel_opt
#define bpf_skb_get_tunnel_opt(...) bpf_h_skb_get_tunnel_opt(__VA_ARGS__)
#undef bpf_skb_set_tunnel_opt
#define bpf_skb_set_tunnel_opt(...) bpf_h_skb_set_tunnel_opt(__VA_ARGS__)
#undef bpf_skb_change_proto
#define bpf_skb_change_proto(...) bpf_h_skb_change_proto(__VA_ARGS__)
#undef bpf_skb_change_type
#define bpf_skb_change_type(...) bpf_h_skb_change_type(__VA_ARGS__)
#undef bpf_skb_under_cgroup
#define bpf_skb_under_cgroup(...) bpf_h_skb_under_cgroup(__VA_ARGS__)
#undef bpf_get_hash_recalc
#define bpf_get_hash_recalc(...) bpf_h_get_hash_recalc(__VA_ARGS__)
#undef bpf_get_current_task
#define bpf_get_current_task(...) bpf_h_get_current_task(__VA_ARGS__)
#undef bpf_probe_write_user
#define bpf_probe_write_user(...) bpf_h_probe_write_user(__VA_ARGS__)
#undef bpf_current_task_under_cgroup
#define bpf_current_task_under_cgroup(...) bpf_h_current_task_under_cgroup(__VA_ARGS__)
#undef bpf_skb_change_tail
#define bpf_skb_change_tail(...) bpf_h_skb_change_tail(__VA_ARGS__)
#undef bpf_skb_pull_data
#define bpf_skb_pull_data(...) bpf_h_skb_pull_data(__VA_ARGS__)
#undef bpf_csum_update
#define bpf_csum_update(...) bpf_h_csum_update(__VA_ARGS__)
#undef bpf_set_hash_invalid
#define bpf_set_hash_invalid(...) bpf_h_set_hash_invalid(__VA_ARGS__)
#undef bpf_get_numa_node_id
#define bpf_get_numa_node_id(...) bpf_h_get_numa_node_id(__VA_ARGS__)
#undef bpf_skb_change_head
#define bpf_skb_change_head(...) bpf_h_skb_change_head(__VA_ARGS__)
#undef bpf_xdp_adjust_head
#define bpf_xdp_adjust_head(...) bpf_h_xdp_adjust_head(__VA_ARGS__)
#undef bpf_probe_read_str
#define bpf_probe_read_str(...) bpf_h_probe_read_str(__VA_ARGS__)
#undef bpf_get_socket_cookie
#define bpf_get_socket_cookie(...) bpf_h_get_socket_cookie(__VA_ARGS__)
#undef bpf_get_socket_uid
#define bpf_get_socket_uid(...) bpf_h_get_socket_uid(__VA_ARGS__)
#undef bpf_set_hash
#define bpf_set_hash(...) bpf_h_set_hash(__VA_ARGS__)
#undef bpf_setsockopt
#define bpf_setsockopt(...) bpf_h_setsockopt(__VA_ARGS__)
#undef bpf_skb_adjust_room
#define bpf_skb_adjust_room(...) bpf_h_skb_adjust_room(__VA_ARGS__)
#undef bpf_redirect_map
#define bpf_redirect_map(...) bpf_h_redirect_map(__VA_ARGS__)
#undef bpf_sk_redirect_map
#define bpf_sk_redirect_map(...) bpf_h_sk_redirect_map(__VA_ARGS__)
#undef bpf_sock_map_update
#define bpf_sock_map_update(...) bpf_h_sock_map_update(__VA_ARGS__)
#undef bpf_xdp_adjust_meta
#define bpf_xdp_adjust_meta(...) bpf_h_xdp_adjust_meta(__VA_ARGS__)
#undef bpf_perf_event_read_value
#define bpf_perf_event_read_value(...) bpf_h_perf_event_read_value(__VA_ARGS__)
#undef bpf_perf_prog_read_value
#define bpf_perf_prog_read_value(...) bpf_h_perf_prog_read_value(__VA_ARGS__)
#undef bpf_getsockopt
#define bpf_getsockopt(...) bpf_h_getsockopt(__VA_ARGS__)
#undef bpf_override_return
#define bpf_override_return(...) bpf_h_override_return(__VA_ARGS__)
#undef bpf_sock_ops_cb_flags_set
#define bpf_sock_ops_cb_flags_set(...) bpf_h_sock_ops_cb_flags_set(__VA_ARGS__)
#undef bpf_msg_redirect_map
#define bpf_msg_redirect_map(...) bpf_h_msg_redirect_map(__VA_ARGS__)
#undef bpf_msg_apply_bytes
#define bpf_msg_apply_bytes(...) bpf_h_msg_apply_bytes(__VA_ARGS__)
#undef bpf_msg_cork_bytes
#define bpf_msg_cork_bytes(...) bpf_h_msg_cork_bytes(__VA_ARGS__)
#undef bpf_msg_pull_data
#define bpf_msg_pull_data(...) bpf_h_msg_pull_data(__VA_ARGS__)
#undef bpf_bind
#define bpf_bind(...) bpf_h_bind(__VA_ARGS__)
#undef bpf_xdp_adjust_tail
#define bpf_xdp_adjust_tail(...) bpf_h_xdp_adjust_tail(__VA_ARGS__)
#undef bpf_skb_get_xfrm_state
#define bpf_skb_get_xfrm_state(...) bpf_h_skb_get_xfrm_state(__VA_ARGS__)
#undef bpf_get_stack
#define bpf_get_stack(...) bpf_h_get_stack(__VA_ARGS__)
#undef bpf_skb_load_bytes_relative
#define bpf_skb_load_bytes_relative(...) bpf_h_skb_load_bytes_relative(__VA_ARGS__)
#undef bpf_sock_hash_update
#define bpf_sock_hash_update(...) bpf_h_sock_hash_update(__VA_ARGS__)
#undef bpf_msg_redirect_hash
#define bpf_msg_redirect_hash(...) bpf_h_msg_redirect_hash(__VA_ARGS__)
#undef bpf_sk_redirect_hash
#define bpf_sk_redirect_hash(...) bpf_h_sk_redirect_hash(__VA_ARGS__)
#undef bpf_lwt_push_encap
#define bpf_lwt_push_encap(...) bpf_h_lwt_push_encap(__VA_ARGS__)
#undef bpf_lwt_seg6_store_bytes
#define bpf_lwt_seg6_store_bytes(...) bpf_h_lwt_seg6_store_bytes(__VA_ARGS__)
#undef bpf_lwt_seg6_adjust_srh
#define bpf_lwt_seg6_adjust_srh(...) bpf_h_lwt_seg6_adjust_srh(__VA_ARGS__)
#undef bpf_lwt_seg6_action
#define bpf_lwt_seg6_action(...) bpf_h_lwt_seg6_action(__VA_ARGS__)
#undef bpf_rc_repeat
#define bpf_rc_repeat(...) bpf_h_rc_repeat(__VA_ARGS__)
#undef bpf_rc_keydown
#define bpf_rc_keydown(...) bpf_h_rc_keydown(__VA_ARGS__)
#undef bpf_skb_cgroup_id
#define bpf_skb_cgroup_id(...) bpf_h_skb_cgroup_id(__VA_ARGS__)
#undef bpf_get_current_cgroup_id
#define bpf_get_current_cgroup_id(...) bpf_h_get_current_cgroup_id(__VA_ARGS__)
#undef bpf_get_local_storage
#define bpf_get_local_storage(...) bpf_h_get_local_storage(__VA_ARGS__)
#undef bpf_sk_select_reuseport
#define bpf_sk_select_reuseport(...) bpf_h_sk_select_reuseport(__VA_ARGS__)
#undef bpf_skb_ancestor_cgroup_id
#define bpf_skb_ancestor_cgroup_id(...) bpf_h_skb_ancestor_cgroup_id(__VA_ARGS__)
#undef bpf_sk_lookup_tcp
#define bpf_sk_lookup_tcp(...) bpf_h_sk_lookup_tcp(__VA_ARGS__)
#undef bpf_sk_lookup_udp
#define bpf_sk_lookup_udp(...) bpf_h_sk_lookup_udp(__VA_ARGS__)
#undef bpf_sk_release
#define bpf_sk_release(...) bpf_h_sk_release(__VA_ARGS__)
#undef bpf_map_push_elem
#define bpf_map_push_elem(...) bpf_h_map_push_elem(__VA_ARGS__)
#undef bpf_map_pop_elem
#define bpf_map_pop_elem(...) bpf_h_map_pop_elem(__VA_ARGS__)
#undef bpf_map_peek_elem
#define bpf_map_peek_elem(...) bpf_h_map_peek_elem(__VA_ARGS__)
#undef bpf_msg_push_data
#define bpf_msg_push_data(...) bpf_h_msg_push_data(__VA_ARGS__)
#undef bpf_msg_pop_data
#define bpf_msg_pop_data(...) bpf_h_msg_pop_data(__VA_ARGS__)
#undef bpf_rc_pointer_rel
#define bpf_rc_pointer_rel(...) bpf_h_rc_pointer_rel(__VA_ARGS__)
#undef bpf_spin_unlock
#define bpf_spin_unlock(...) bpf_h_spin_unlock(__VA_ARGS__)
#undef bpf_sk_fullsock
#define bpf_sk_fullsock(...) bpf_h_sk_fullsock(__VA_ARGS__)
#undef bpf_skb_ecn_set_ce
#define bpf_skb_ecn_set_ce(...) bpf_h_skb_ecn_set_ce(__VA_ARGS__)
#undef bpf_get_listener_sock
#define bpf_get_listener_sock(...) bpf_h_get_listener_sock(__VA_ARGS__)
#undef bpf_skc_lookup_tcp
#define bpf_skc_lookup_tcp(...) bpf_h_skc_lookup_tcp(__VA_ARGS__)
#undef bpf_tcp_check_syncookie
#define bpf_tcp_check_syncookie(...) bpf_h_tcp_check_syncookie(__VA_ARGS__)
#undef bpf_sysctl_get_name
#define bpf_sysctl_get_name(...) bpf_h_sysctl_get_name(__VA_ARGS__)
#undef bpf_sysctl_get_current_value
#define bpf_sysctl_get_current_value(...) bpf_h_sysctl_get_current_value(__VA_ARGS__)
#undef bpf_sysctl_get_new_value
#define bpf_sysctl_get_new_value(...) bpf_h_sysctl_get_new_value(__VA_ARGS__)
#undef bpf_sysctl_set_new_value
#define bpf_sysctl_set_new_value(...) bpf_h_sysctl_set_new_value(__VA_ARGS__)
#undef bpf_strtol
#define bpf_strtol(...) bpf_h_strtol(__VA_ARGS__)
#undef bpf_strtoul
#define bpf_strtoul(...) bpf_h_strtoul(__VA_ARGS__)
#undef bpf_sk_storage_get
#define bpf_sk_storage_get(...) bpf_h_sk_storage_get(__VA_ARGS__)
#undef bpf_sk_storage_delete
#define bpf_sk_storage_delete(...) bpf_h_sk_storage_delete(__VA_ARGS__)
#undef bpf_send_signal
#define bpf_send_signal(...) bpf_h_send_signal(__VA_ARGS__)
#undef bpf_tcp_gen_syncookie
#define bpf_tcp_gen_syncookie(...) bpf_h_tcp_gen_syncookie(__VA_ARGS__)
#undef bpf_skb_output
#define bpf_skb_output(...) bpf_h_skb_output(__VA_ARGS__)
#undef bpf_probe_read_user
#define bpf_probe_read_user(...) bpf_h_probe_read_user(__VA_ARGS__)
#undef bpf_probe_read_kernel
#define bpf_probe_read_kernel(...) bpf_h_probe_read_kernel(__VA_ARGS__)
#undef bpf_probe_read_user_str
#define bpf_probe_read_user_str(...) bpf_h_probe_read_user_str(__VA_ARGS__)
#undef bpf_probe_read_kernel_str
#define bpf_probe_read_kernel_str(...) bpf_h_probe_read_kernel_str(__VA_ARGS__)
#undef bpf_tcp_send_ack
#define bpf_tcp_send_ack(...) bpf_h_tcp_send_ack(__VA_ARGS__)
#undef bpf_send_signal_thread
#define bpf_send_signal_thread(...) bpf_h_send_signal_thread(__VA_ARGS__)
#undef bpf_jiffies64
#define bpf_jiffies64(...) bpf_h_jiffies64(__VA_ARGS__)
#undef bpf_read_branch_records
#define bpf_read_branch_records(...) bpf_h_read_branch_records(__VA_ARGS__)
#undef bpf_get_ns_current_pid_tgid
#define bpf_get_ns_current_pid_tgid(...) bpf_h_get_ns_current_pid_tgid(__VA_ARGS__)
#undef bpf_xdp_output
#define bpf_xdp_output(...) bpf_h_xdp_output(__VA_ARGS__)
#undef bpf_get_netns_cookie
#define bpf_get_netns_cookie(...) bpf_h_get_netns_cookie(__VA_ARGS__)
#undef bpf_get_current_ancestor_cgroup_id
#define bpf_get_current_ancestor_cgroup_id(...) \
	bpf_h_get_current_ancestor_cgroup_id(__VA_ARGS__)
#undef bpf_sk_assign
#define bpf_sk_assign(...) bpf_h_sk_assign(__VA_ARGS__)
#undef bpf_ktime_get_boot_ns
#define bpf_ktime_get_boot_ns(...) bpf_h_ktime_get_boot_ns(__VA_ARGS__)
#undef bpf_seq_printf
#define bpf_seq_printf(...) bpf_h_seq_printf(__VA_ARGS__)
#undef bpf_seq_write
#define bpf_seq_write(...) bpf_h_seq_write(__VA_ARGS__)
#undef bpf_sk_cgroup_id
#define bpf_sk_cgroup_id(...) bpf_h_sk_cgroup_id(__VA_ARGS__)
#undef bpf_sk_ancestor_cgroup_id
#define bpf_sk_ancestor_cgroup_id(...) bpf_h_sk_ancestor_cgroup_id(__VA_ARGS__)
#undef bpf_ringbuf_output
#define bpf_ringbuf_output(...) bpf_h_ringbuf_output(__VA_ARGS__)
#undef bpf_ringbuf_reserve
#define bpf_ringbuf_reserve(...) bpf_h_ringbuf_reserve(__VA_ARGS__)
#undef bpf_ringbuf_submit
#define bpf_ringbuf_submit(...) bpf_h_ringbuf_submit(__VA_ARGS__)
#undef bpf_ringbuf_discard
#define bpf_ringbuf_discard(...) bpf_h_ringbuf_discard(__VA_ARGS__)
#undef bpf_ringbuf_query
#define bpf_ringbuf_query(...) bpf_h_ringbuf_query(__VA_ARGS__)
#undef bpf_csum_level
#define bpf_csum_level(...) bpf_h_csum_level(__VA_ARGS__)
#undef bpf_skc_to_tcp6_sock
#define bpf_skc_to_tcp6_sock(...) bpf_h_skc_to_tcp6_sock(__VA_ARGS__)
#undef bpf_skc_to_tcp_sock
#define bpf_skc_to_tcp_sock(...) bpf_h_skc_to_tcp_sock(__VA_ARGS__)
#undef bpf_skc_to_tcp_timewait_sock
#define bpf_skc_to_tcp_timewait_sock(...) bpf_h_skc_to_tcp_timewait_sock(__VA_ARGS__)
#undef bpf_skc_to_tcp_request_sock
#define bpf_skc_to_tcp_request_sock(...) bpf_h_skc_to_tcp_request_sock(__VA_ARGS__)
#undef bpf_skc_to_udp6_sock
#define bpf_skc_to_udp6_sock(...) bpf_h_skc_to_udp6_sock(__VA_ARGS__)
#undef bpf_get_task_stack
#define bpf_get_task_stack(...) bpf_h_get_task_stack(__VA_ARGS__)
#undef bpf_load_hdr_opt
#define bpf_load_hdr_opt(...) bpf_h_load_hdr_opt(__VA_ARGS__)
#undef bpf_store_hdr_opt
#define bpf_store_hdr_opt(...) bpf_h_store_hdr_opt(__VA_ARGS__)
#undef bpf_reserve_hdr_opt
#define bpf_reserve_hdr_opt(...) bpf_h_reserve_hdr_opt(__VA_ARGS__)
#undef bpf_inode_storage_get
#define bpf_inode_storage_get(...) bpf_h_inode_storage_get(__VA_ARGS__)
#undef bpf_inode_storage_delete
#define bpf_inode_storage_delete(...) bpf_h_inode_storage_delete(__VA_ARGS__)
#undef bpf_d_path
#define bpf_d_path(...) bpf_h_d_path(__VA_ARGS__)
#undef bpf_copy_from_user
#define bpf_copy_from_user(...) bpf_h_copy_from_user(__VA_ARGS__)
#undef bpf_snprintf_btf
#define bpf_snprintf_btf(...) bpf_h_snprintf_btf(__VA_ARGS__)
#undef bpf_seq_printf_btf
#define bpf_seq_printf_btf(...) bpf_h_seq_printf_btf(__VA_ARGS__)
#undef bpf_skb_cgroup_classid
#define bpf_skb_cgroup_classid(...) bpf_h_skb_cgroup_classid(__VA_ARGS__)
#undef bpf_redirect_neigh
#define bpf_redirect_neigh(...) bpf_h_redirect_neigh(__VA_ARGS__)
#undef bpf_per_cpu_ptr
#define bpf_per_cpu_ptr(...) bpf_h_per_cpu_ptr(__VA_ARGS__)
#undef bpf_this_cpu_ptr
#define bpf_this_cpu_ptr(...) bpf_h_this_cpu_ptr(__VA_ARGS__)
#undef bpf_redirect_peer
#define bpf_redirect_peer(...) bpf_h_redirect_peer(__VA_ARGS__)
