extension WordTable {
    /// The sentences of the screen of refusals.
    static let errors = """
        hints | Hints about clients | 对客户端的提示
        times | Times | 次数
        first | First | 首次
        latest | Latest | 最近
        what_to_do | What it means, and what to do | 含义与处理办法
        no_errors | No call in the journal was refused. To see one, tag a follower who has left, or turn a fault on. | 没有失败的调用。可以给已取消关注的粉丝打标签，或打开一个故障来看看。
        more_groups | There are more kinds; see them with curl. | 还有更多种类，可用 curl 查看。
        find_errors | errcode   ( / ) | errcode（按 /）
        more_hints | There are more hints; see them with curl. | 还有更多提示，可用 curl 查看。
        """
}
