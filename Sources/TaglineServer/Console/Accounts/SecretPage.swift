/// The page that shows a new secret once.
enum SecretPage {
    static let template = "secret"

    /// - Parameter call: the admin call that made the secret.
    static func html(of appID: String, secret: String, by call: AdminCall, in visit: ConsoleVisit) -> String {
        PageFrame(visit: visit, screen: .accounts).html(template, ["appid": appID, "curl": secret], calls: [call])
    }

    static let markup = """
        <div class="card fields"><h2>{{t.new_secret_of}} <code>{{appid}}</code></h2>{{>curl}}
        <p>{{t.secret_once}}</p><p><a href="\(ConsoleScreen.accounts.path)?account={{appid}}">{{t.back_account}}</a></p></div>
        """
}
