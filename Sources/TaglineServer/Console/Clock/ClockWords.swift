extension WordTable {
    /// The sentences of the screen of clock and state.
    static let clock = """
        the_clock | The clock | 时钟
        past_tokens | Past the expiry of all tokens (2 h) | 越过所有令牌有效期（2 小时）
        to_midnight | To midnight in Beijing | 拨到北京时间零点
        midnight_is | Quotas restart at {time} | 额度将在 {time} 重新计算
        freeze_clock | Freeze the clock | 冻结时钟
        let_run | Let it run | 恢复走动
        move_clock | Move the clock | 拨动时钟
        advance_by | How far (90m, 2h, 1d) | 拨快多少（90m、2h、1d）
        advance | Advance | 拨快
        set_to | To a time, in Unix seconds | 拨到某一时刻（Unix 秒）
        set | Set | 设定
        snapshots | Snapshots | 快照
        snapshot | Snapshot | 快照
        no_snapshots | There is no snapshot. Take one before you change something, and restore it when you are done. With curl: | 还没有快照。改动之前先保存一份，用完再恢复。用 curl：
        restore | Restore | 恢复
        take_snapshot | Take a snapshot | 保存快照
        keep | Keep | 保存
        start_over | Start over | 重新开始
        start_over_what | Accounts, followers, clock and faults return to their first state. Snapshots stay. | 账号、粉丝、时钟与故障都回到初始状态，快照保留。
        reset | Reset | 重置
        more_snapshots | {n} more snapshots are not shown; see them with curl. | 另有 {n} 个快照未列出，可用 curl 查看。
        more_snapshots_one | 1 more snapshot is not shown; see it with curl. | 另有 1 个快照未列出，可用 curl 查看。
        done_clock_moved | The clock is moved. | 时钟已拨动。
        done_clock_stands | The clock stands still. | 时钟已冻结。
        done_clock_runs | The clock runs. | 时钟恢复走动。
        done_snapshot_taken | The snapshot is kept until the sandbox ends. | 快照已保存，沙箱结束前有效。
        done_restored | Everything is as it was in the snapshot. | 已恢复到快照。
        done_snapshot_removed | The snapshot is deleted. | 快照已删除。
        done_reset | Everything is as at the beginning. | 已回到初始状态。
        """
}
