"""What localalb does not do, and for each line the test that shows what it does instead."""

from __future__ import annotations

# The beginning of each line of docs/fidelity.md, "Missing", and tests that show the rest of it: the file
# below tests/, and the test's name.
SHOWN: dict[str, tuple[str, ...]] = {
    "User pools of Cognito with a page to log in": (
        "cloud/test_login.py::test_a_user_pool_is_never_anybody_elses",
    ),
    "OpenID providers of the internet": ("cloud/test_login.py::test_it_says_what_would_be",),
    "The public key of `x-amzn-oidc-data` under AWS's name": (
        "clients/test_login.py::test_in_and_out_at_a_certified_provider",
    ),
    "Security policies of RFC 9151": (
        "cloud/test_missing.py::test_a_security_policy_of_rfc_9151_is_not_known",
    ),
    "Key exchange of security policies, DES-CBC3-SHA": (
        "unit/test_security_policies.py::test_post_quantum_policies_are_those_of_the_same_name",
        "unit/test_security_policies.py::test_the_weakest_cipher_is_left_out",
    ),
    "HTTP/2 and gRPC to targets": ("socket/test_targets_http2.py::test_http2_is_not_spoken_to_targets",),
    "Slow start, weighted random routing, anomaly mitigation": (
        "socket/test_targets.py::test_slow_start_and_weights_change_nothing",
    ),
    "AWS WAF": ("cloud/test_missing.py::test_a_web_acl_refuses_nobody",),
    "Reserved load balancer capacity, zonal shift": (
        "cloud/test_missing.py::test_capacity_and_zonal_shift_are_kept",
    ),
    "Connection logs of handshakes that failed": (
        "cloud/test_connection_log.py::test_a_handshake_that_failed_is_not_logged",
    ),
    "Lambda layers of other accounts": ("cloud/test_layers.py::test_another_accounts_layer_is_refused",),
    "/tmp": ("cloud/test_missing.py::test_environments_share_this_machines_tmp",),
    "/opt": ("cloud/test_missing.py::test_layers_are_not_below_opt",),
    "Container images and runtimes other than Python": (
        "cloud/test_invoke.py::test_other_runtimes_and_images_are_not_run",
    ),
    "File systems, VPCs, KMS keys, X-Ray, SnapStart and provisioned concurrency of functions": (
        "cloud/test_missing.py::test_settings_of_functions_of_which_nothing_comes",
        "cloud/test_missing.py::test_provisioned_environments_start_cold",
    ),
    "Services beside the load balancer": ("cloud/test_services.py::test_what_it_lacks_is_said_at_once",),
    "Native code for another processor or Python than this machine's": (
        "packaging/test_here.py::test_it_runs",
        "packaging/test_here.py::test_without_wheels_the_502_says_it",
    ),
    "The runtime API and extensions": ("cloud/test_missing.py::test_nothing_answers_as_the_runtime_api",),
    "Freezing on macOS": ("unit/test_environment.py::test_where_nothing_freezes_threads_go_on",),
    "Actions of alarms": ("cloud/test_missing.py::test_an_alarm_does_nothing",),
    "Other metrics": ("cloud/test_missing.py::test_metrics_that_are_not_there",),
    "More than one node": ("cloud/test_missing.py::test_every_load_balancer_is_one_address",),
}
