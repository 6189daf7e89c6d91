extension WordTable {
    /// The sentences of the screen of refusals.
    static let errors = """
        hints | Hints about clients | 对客户端的提示
        hint_same_openid_in_parallel | {sentence} | 两个调用同时改动了同一个 openid；请依次发送，或让每个 openid 只出现在一个调用里。
        hint_wrong_method | {sentence} | 请求方法不对。{sentence}
        hint_empty_body | {sentence} | 请求没有正文；参数应以 JSON 放在正文里，而不是查询串里。
        hint_no_json | {sentence} | 正文不是 JSON 对象；请发送 UTF-8 编码的 {...}，而不是表单。
        hint_misspelt_field | {sentence} | 字段名拼写有误，等于没有传。{sentence}
        hint_token_in_body | {sentence} | 令牌应作为 access_token 放在查询串里；正文里的令牌不会被读取。
        hint_tokens_too_often | {sentence} | 令牌有效期为两小时，而十分钟内至少取了四次；请保存并共用。
        hint_called_after_45009 | {sentence} | 当日额度用尽后又发起了调用；请等到北京时间零点。
        times | Times | 次数
        first | First | 首次
        latest | Latest | 最近
        what_to_do | What it means, and what to do | 含义与处理办法
        no_errors | No call in the journal was refused. To see a refusal, tag a follower who has left, or turn a fault on. | 没有失败的调用。可以给已取消关注的粉丝打标签，或打开一个故障来看看。
        more_groups | There are more kinds of refusals; see them with curl. | 还有更多种类，可用 curl 查看。
        find_errors | errcode   ( / ) | errcode（按 /）
        more_hints | There are more hints; see them with curl. | 还有更多提示，可用 curl 查看。
        """
}
