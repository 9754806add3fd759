internal import CSeccomp

/// A filter of system calls by seccomp(2), put on for good.
enum CallFilter {
    /// Calls, and what must hold of an argument for the rule to be one; nil: whatever they are.
    typealias Rule = (names: [String], condition: scmp_arg_cmp?)

    /// Refuses all calls but these with EPERM.
    static func load(allowing rules: [Rule]) -> Bool {
        let allow: UInt32 = 0x7fff_0000  // SCMP_ACT_ALLOW
        return load(otherwise: vigil_refuse_with_eperm(), rules.map { ($0, allow) })
    }

    /// Refuses these calls alone, each with an error.
    static func load(denying rules: [(rule: Rule, action: UInt32)]) -> Bool {
        let allow: UInt32 = 0x7fff_0000  // SCMP_ACT_ALLOW
        return load(otherwise: allow, rules)
    }

    private static func load(
        otherwise: UInt32, _ rules: [(rule: Rule, action: UInt32)]
    ) -> Bool {
        guard let context = seccomp_init(otherwise) else { return false }
        defer { seccomp_release(context) }
        for (rule, action) in rules {
            for name in rule.names
            where !add(name, action, if: rule.condition, in: context) { return false }
        }
        return seccomp_load(context) == 0
    }

    private static func add(
        _ name: String, _ action: UInt32, if condition: scmp_arg_cmp?,
        in context: scmp_filter_ctx
    ) -> Bool {
        let number = seccomp_syscall_resolve_name(name)
        // A call that this architecture lacks needs no rule.
        if number == __NR_SCMP_ERROR { return true }
        guard var condition else {
            return seccomp_rule_add_array(context, action, number, 0, nil) == 0
        }
        return seccomp_rule_add_array(context, action, number, 1, &condition) == 0
    }
}
