/// The times after which a node asks a machine, and after which the node stops waiting for the machine.
///
/// The node looks at its calls every ``interval``. So it asks a machine after half a second without an answer, and
/// gives up the calls for it after 0.9 seconds.
struct MachineRules: Sendable {
    /// The time between two looks at the calls under way.
    var interval: Duration = .milliseconds(50)
    /// The time without any answer of a machine after which the node asks it.
    var patience: Duration = .milliseconds(450)
    /// The time that a machine has for any answer, once the node has asked it.
    var answer: Duration = .milliseconds(300)
    /// The pause between two questions to a machine that does not answer.
    var pause: Duration = .milliseconds(500)
    /// The time for a search over all machines, such as for the account that an unknown openid follows.
    var search: Duration = .milliseconds(500)
}
