import Foundation
import OfficialAccount
import OfficialAccountClient

/// Tags the two followers that WeChat's documentation uses as its example.
///
/// With `WECHAT=http://127.0.0.1:8080` in the environment, this program calls a sandbox instead of WeChat.
@main
struct TagFollowers {
    static func main() async throws {
        let set = ProcessInfo.processInfo.environment
        let wechat = OfficialAccountClient(
            appID: AppID(set["APP_ID"] ?? ""), secret: set["APP_SECRET"] ?? "",
            transport: HTTPTransport(baseURL: set["WECHAT"] ?? HTTPTransport.weChat))
        let followers = ["ocYxcuAEy30bX0NXmGn4ypqx3tI0", "ocYxcuBt0mRugKZ7tGAHPnUaOW7Y"].compactMap { OpenID($0) }
        try await wechat.tags.batchTagging(followers, tag: 134)
        print("tagged \(followers.count) followers; the first carries \(try await wechat.tags.tags(of: followers[0]))")
    }
}
