using GitOpsBumper.Cluster;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Notifying;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>Tells people what was decided, as soon as it is: on the status page, in the log, as Events, and as notifications.</summary>
/// <param name="board">Of the status page.</param>
/// <param name="watch">Knows the Applications that Events are about.</param>
/// <param name="events">Writes them.</param>
/// <param name="desk">Sends notifications.</param>
/// <param name="logger">Of the controller.</param>
internal sealed partial class DecisionTeller(StatusBoard board, ClusterWatch watch, EventWriter events, NotificationDesk desk, ILogger logger)
{
    private readonly DecisionJournal _journal = new();

    /// <param name="report">Of an application that is done with, and is still as it was decided from.</param>
    /// <param name="writesEvents">Otherwise none are written.</param>
    public void Tell(ApplicationReport report, bool writesEvents)
    {
        var isFirst = board.Put(report);
        var entry = _journal.Look([report]);
        Announce(entry.News, writesEvents, isFirst);
        Notify(entry.Recovered, isFirst);
    }

    /// <summary>Of an application that has changed or left since: what was written was written, and nothing else holds.</summary>
    public void TellWritten(ApplicationReport report, bool writesEvents) => Announce(DecisionJournal.Updates(report), writesEvents, isFirst: false);

    /// <summary>Nothing that was told of the application holds any longer.</summary>
    public void Leave(NamespacedName name)
    {
        board.Remove(name);
        _journal.Forget(name);
    }

    private void Announce(IEnumerable<Announcement> announcements, bool writesEvents, bool isFirst)
    {
        var all = announcements.ToList();
        Notify(all, isFirst);
        foreach (var news in all)
        {
            Say(news);
            if (writesEvents && watch.Find(news.Application) is { } application)
                events.Write(news, application, () => _journal.Holds(news));
        }
    }

    private void Notify(IReadOnlyList<Announcement> announcements, bool isFirst)
    {
        if (announcements.Count > 0)
            desk.Add(announcements, watch.Find(announcements[0].Application)?.Value.Project, isFirst);
    }

    private void Say(Announcement news)
    {
        var name = news.Application.ToString();
        switch (news.Kind)
        {
            case AnnouncementKind.Updated:
                Log.Updated(logger, name, news.Message);
                break;
            case AnnouncementKind.Proposed:
                Log.Proposed(logger, name, news.Message);
                break;
            case AnnouncementKind.Pinned:
                Log.Pinned(logger, name, news.Message);
                break;
            case AnnouncementKind.Rejected:
                Log.Rejected(logger, name, news.Message);
                break;
            case AnnouncementKind.Held:
                Log.Held(logger, name, news.Message);
                break;
            case AnnouncementKind.PendingApproval:
                Log.PendingApproval(logger, name, news.Message);
                break;
            case AnnouncementKind.Failed:
                Log.Failed(logger, name, news.Message);
                break;
            default:
                Log.Problem(logger, name, news.Message);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Application}: updated {Change}")]
        public static partial void Updated(ILogger logger, string application, string change);

        [LoggerMessage(LogLevel.Information, "{Application}: proposed {Change}")]
        public static partial void Proposed(ILogger logger, string application, string change);

        [LoggerMessage(LogLevel.Information, "{Application}: pinned {Reason}")]
        public static partial void Pinned(ILogger logger, string application, string reason);

        [LoggerMessage(LogLevel.Information, "{Application}: rejected {Reason}")]
        public static partial void Rejected(ILogger logger, string application, string reason);

        [LoggerMessage(LogLevel.Warning, "{Application}: held {Reason}")]
        public static partial void Held(ILogger logger, string application, string reason);

        [LoggerMessage(LogLevel.Information, "{Application}: asked about {Change}")]
        public static partial void PendingApproval(ILogger logger, string application, string change);

        [LoggerMessage(LogLevel.Warning, "{Application}: {Reason}")]
        public static partial void Failed(ILogger logger, string application, string reason);

        [LoggerMessage(LogLevel.Warning, "{Application}: {Problem}")]
        public static partial void Problem(ILogger logger, string application, string problem);
    }
}
