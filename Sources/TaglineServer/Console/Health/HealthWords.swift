extension WordTable {
    /// The sentences of the screen of health.
    static let health = """
        store | Store | 存储
        taggings | taggings | 标签关系
        store_journal | journal to replay | 待重放日志
        checkpoint | since the last checkpoint | 距上次检查点
        memory | memory | 内存
        up_since | started | 启动于
        answers | Answers since the start | 启动以来的返回
        machines | Machines of the store | 存储节点
        answering | answers | 正常
        silent | silent | 无应答
        can_write | The store can write. | 存储可写。
        charts_soon | The charts begin half a minute after the start. | 图表在启动半分钟后出现。
        chart_foot | last hour, at most {most} | 最近一小时，最高 {most}
        chart_label | {title}: {latest}, at most {most} | {title}：{latest}，最高 {most}
        lately | (last hour: {n}) | （最近一小时：{n}）
        no_answers | No call has been answered yet. | 尚未应答任何调用。
        chart_calls | Calls a second (and refused) | 每秒调用（及失败）
        chart_time | Time of a call, median / p99 | 调用耗时，中位 / p99
        chart_commit | Commit time, p99 | 提交耗时，p99
        chart_group | Calls in a commit | 每次提交的调用数
        chart_memory | Memory | 内存
        ago | {span} ago | {span} 前
        chart_journal | Journal to replay | 待重放日志
        """
}
