extension WordTable {
    /// The sentences of the screen of tags.
    static let tags = """
        no_accounts | There is no account yet. Create one on the page Accounts. | 还没有账号。请在“账号”页创建。
        share | Share | 占比
        one_tag | One tag | 标签详情
        carry_it | followers carry it | 位粉丝有此标签
        show_them | show them | 查看
        new_name | New name | 新名称
        rename | Rename | 改名
        delete_tag | Delete this tag | 删除此标签
        delete_tag_what | Every follower loses the tag, and no other tag gets its id. | 它会从所有粉丝身上移除，编号不再使用。
        drain_tag | Take the tag off all followers | 从所有粉丝取下
        drain_what | {n} followers carry it. {calls} calls of batchUntagging take it off them, and count towards the account's quota. A follower who has left keeps it. | {n} 位粉丝有此标签。取下需调用 batchUntagging {calls} 次，计入账号额度。已取消关注的粉丝仍保留它。
        drain_what_one | 1 follower carries it. 1 call of batchUntagging takes it off, and counts towards the account's quota. A follower who has left keeps it. | 1 位粉丝有此标签。取下需调用 batchUntagging 1 次，计入账号额度。已取消关注的粉丝仍保留它。
        drain_left | {n} followers still carry it. | 还有 {n} 位粉丝有此标签。
        drain_left_one | 1 follower still carries it. | 还有 1 位粉丝有此标签。
        drain_over | No follower carries the tag any more. | 已没有粉丝有此标签。
        go_on | Go on | 继续
        stop | Stop | 停止
        back_tags | To the tags | 回到标签
        new_tag | A new tag | 新标签
        no_tags | The account has no tag yet. Create one with the form, or with curl: | 该账号还没有标签。可用表单创建，或用 curl：
        done_tag_created | The tag is created. | 标签已创建。
        done_tag_renamed | The tag is renamed. | 标签已改名。
        done_tag_deleted | The tag is deleted. | 标签已删除。
        """
}
