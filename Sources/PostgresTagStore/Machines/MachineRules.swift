/// The times after which a node asks a silent machine whether it works, and then gives up the calls for the machine.
///
/// The node checks its running calls every ``interval``. With the times below, the node asks a machine after about 0.5
/// seconds without an answer. After about 0.9 seconds without an answer, it gives up the calls for the machine.
struct MachineRules: Sendable {
    /// The time between two checks of the running calls.
    var interval: Duration = .milliseconds(50)
    /// How long a machine may give no answer before the node asks it.
    var patience: Duration = .milliseconds(450)
    /// How long a machine may give no answer after the node has asked it.
    var answer: Duration = .milliseconds(300)
    /// The pause between two questions to a machine that does not answer.
    var pause: Duration = .milliseconds(500)
    /// The longest time of a search on all machines, for example for the account that an unknown openid follows.
    var search: Duration = .milliseconds(500)
}
