import Foundation
import OfficialAccount
import OfficialAccountClient

/// Tags two followers, as the platform's own page does: `APP_ID=… APP_SECRET=… TagFollowers`.
///
/// `WECHAT=http://127.0.0.1:8080` sends the call to a sandbox in place of WeChat.
@main
struct TagFollowers {
    static func main() async throws {
        let environment = ProcessInfo.processInfo.environment
        let wechat = OfficialAccountClient(
            appID: AppID(environment["APP_ID"] ?? ""), secret: environment["APP_SECRET"] ?? "",
            transport: HTTPTransport(baseURL: environment["WECHAT"] ?? HTTPTransport.weChat))
        let followers = ["ocYxcuAEy30bX0NXmGn4ypqx3tI0", "ocYxcuBt0mRugKZ7tGAHPnUaOW7Y"].compactMap { OpenID($0) }
        do {
            try await wechat.tags.batchTagging(followers, tag: 134)
            print(
                "tagged \(followers.count) followers; the first carries \(try await wechat.tags.tags(of: followers[0]))"
            )
        } catch {
            print("\(error)")
            exit(1)
        }
    }
}
