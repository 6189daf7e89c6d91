extension WordTable {
    /// The sentences of the screen of followers.
    static let followers = """
        tag | Tag | 标签
        any_tag | Any tag | 任意标签
        where | Expression over tags | 标签条件
        where_hint | vip & !churned | vip & !churned
        matches | {n} followers match | {n} 位粉丝符合条件
        matches_one | 1 follower matches | 1 位粉丝符合条件
        matches_left | {n} followers of this and the next pages match | 本页及之后共 {n} 位粉丝符合条件
        matches_left_one | 1 follower of this and the next pages matches | 本页及之后共 1 位粉丝符合条件
        matches_so_far | {n} of {seen} followers match so far; the count goes on | 已查看 {seen} 位粉丝，其中 {n} 位符合条件；继续统计
        count_next_page | with the next page | （见下一页）
        further_matches | To the next matches | 查看之后符合条件的粉丝
        since | Follows since | 关注于
        remark | Remark | 备注
        no_followers | No follower is here. Add some below, one openid on each line, or a file with curl: | 这里没有粉丝。可在下方添加，每行一个 openid，或用 curl 导入文件：
        tag_several | Tag followers | 给粉丝打标签
        openids_lines | Openids, one on each line | openid，每行一个
        put_on | Put on | 打上
        take_off | Take off | 取下
        add_followers | Add followers | 添加粉丝
        import | Add | 添加
        follower_file | File of followers | 粉丝文件
        import_kinds | One openid on each line, CSV with a header, or NDJSON; at most {size}. | 每行一个 openid，或带表头的 CSV，或 NDJSON；最大 {size}。
        openid_column | Column of the openids, if its name is not openid | openid 所在列（名称不是 openid 时填写）
        import_file | Add the followers in the file | 添加文件中的粉丝
        import_waiting | The file has not arrived yet. | 文件尚未到达。
        import_share | {done} of {total} read | 已读取 {done}，共 {total}
        import_nothing | No file has arrived. Load the page and send the file again. | 没有收到文件。请刷新页面后重新发送。
        import_ended | The import has ended. | 导入已结束。
        show_result | Show the result | 查看结果
        import_result | Result of the import | 导入结果
        import_openids | openids read | 读到的 openid
        import_new | new followers | 新增粉丝
        import_broken | broken lines | 无效行
        import_more | {n} more broken lines are not shown. | 另有 {n} 个无效行未列出。
        import_more_one | 1 more broken line is not shown. | 另有 1 个无效行未列出。
        one_follower | One follower | 粉丝详情
        has_left | This follower has left: tagging them is refused with 40003. | 该粉丝已取消关注：给其打标签会返回 40003。
        save | Save | 保存
        more_tags | +{n} | +{n}
        no_follower_matches | No follower matches. Look for something else, or show all. | 没有符合条件的粉丝。请换个条件，或显示全部。
        export_all | Export all: | 全部导出：
        export_openids | openids | openid
        export_csv | CSV with tags | 带标签的 CSV
        export_ndjson | NDJSON | NDJSON
        done_tagged | The tag is put on. | 标签已打上。
        done_untagged | The tag is taken off. | 标签已取下。
        done_remark_saved | The remark is saved. | 备注已保存。
        done_imported | The followers are added. | 粉丝已添加。
        """
}
