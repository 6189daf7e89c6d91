import Foundation
import Hummingbird

extension AdminContext {
    /// Returns the percent-decoded name in the path. Throws ``AdminError`` 400 for a text that is not a name.
    ///
    /// - Parameter member: the part of the path that holds the name.
    func name(_ member: AdminMember) throws -> String {
        let raw = String(try parameters.require(member.name))
        let name = raw.removingPercentEncoding ?? raw
        guard AdminMember.Text.name.matches(name) else { throw member.wrong }
        return name
    }
}
