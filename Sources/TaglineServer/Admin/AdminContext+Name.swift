import Foundation
import Hummingbird

extension AdminContext {
    /// Returns the decoded name in the path. Throws ``AdminError`` 400 for a text that is no name.
    ///
    /// - Parameter member: the member of the path.
    func name(_ member: AdminMember) throws -> String {
        let raw = String(try parameters.require(member.name))
        let name = raw.removingPercentEncoding ?? raw
        guard AdminMember.Text.name.matches(name) else { throw member.wrong }
        return name
    }
}
