namespace GitOpsBumper.Core.PullRequests;

/// <summary>What becomes of the branch of an open request when there is something newer.</summary>
public enum RequestUpdate
{
    /// <summary>It is made again from the tip of its base, with one commit.</summary>
    Replace,

    /// <summary>It gets one commit more, as long as its base has left the files alone.</summary>
    Append,
}
