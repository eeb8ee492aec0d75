using System.Diagnostics.Metrics;
using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Notifications;
using GitOpsBumper.Metrics;
using GitOpsBumper.Notifying;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Notifying;

/// <summary>What one place is told when it does not take everything at once.</summary>
public sealed class ChannelLineTests : IDisposable
{
    private readonly JumpingTime _time = new();
    private readonly Meter _meter = new("line");
    private readonly LogLines<ChannelLine> _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_is_sent_again_is_the_same_and_what_came_meanwhile_is_the_next_one()
    {
        var place = new Listener();
        var line = Line(place);
        place.Answers.Enqueue(() =>
        {
            line.Add(Batch("api"));
            throw new NotifierException("it is down", isTransient: true);
        });
        place.Answers.Enqueue(() => throw new NotifierException("it is down", isTransient: true));
        place.Answers.Enqueue(() => { });
        line.Add(Batch("web"));
        await RunAsync(line, place);

        Assert.Equal(4, place.Got.Count);
        Assert.Same(place.Got[0], place.Got[1]);
        Assert.Same(place.Got[0], place.Got[2]);
        Assert.NotEqual(place.Got[0].Id, place.Got[3].Id);
        Assert.Equal(["web"], Names(place.Got[0]));
        Assert.Equal(["api"], Names(place.Got[3]));
        Assert.Equal("Messages did not arrive here from 2026-05-01 12:00Z on.", place.Got[3].Lines[^1]);
        Assert.Equal(0, line.Waiting);
    }

    [Fact]
    public async Task What_is_lost_is_counted_until_the_place_knows_of_it()
    {
        var place = new Listener();
        var line = Line(place);
        place.Answers.Enqueue(() =>
        {
            line.Add(Batch("api"));
            throw new NotifierException("it does not want this", isTransient: false);
        });
        place.Answers.Enqueue(() => throw new NotifierException("it is down", isTransient: true));
        place.Answers.Enqueue(() => line.Add(Batch("shop")));
        line.Add(Batch("web"));
        await RunAsync(line, place);

        Assert.Equal(["web", "api", "api", "shop"], place.Got.SelectMany(Names));
        Assert.EndsWith(" 1 earlier notification is lost.", place.Got[1].Lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(place.Got[3].Lines, text => text.Contains("did not arrive", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_log_says_once_that_it_is_tried_again_and_once_that_something_is_lost()
    {
        var place = new Listener();
        var line = Line(place);
        place.Answers.Enqueue(() => throw new NotifierException("it is down", isTransient: true));
        place.Answers.Enqueue(() => throw new NotifierException("it is down", isTransient: true));
        place.Answers.Enqueue(() => Refuse("api"));
        place.Answers.Enqueue(() => Refuse("shop"));
        line.Add(Batch("web"));
        await RunAsync(line, place);

        Assert.Equal(
            [
                "Channel ops: notifications do not arrive: it is down; it is tried again, and not told again until they do",
                "Channel ops: notifications do not arrive: it is not wanted; what was refused is not sent again (1 lost), and this is not told again until others arrive",
                "Channel ops: notifications arrive again at the place; 2 were lost.",
            ],
            _log.ToString().Split('\n'));

        void Refuse(string next)
        {
            line.Add(Batch(next));
            throw new NotifierException("it is not wanted", isTransient: false);
        }
    }

    [Fact]
    public async Task A_message_under_way_goes_on_at_the_next_line_with_its_identifier_and_what_waits_behind_it()
    {
        var place = new Listener();
        var first = Line(place);
        using var abort = new CancellationTokenSource();
        place.Answers.Enqueue(() =>
        {
            first.Add(Batch("api"));
            abort.Cancel();
            abort.Token.ThrowIfCancellationRequested();
        });
        first.Add(Batch("web"));
        await first.RunAsync(Token, abort.Token);
        Assert.Equal(2, first.Waiting);

        var second = Line(place);
        second.Continue(first.TakeLeft());
        place.Answers.Enqueue(() => { });
        await RunAsync(second, place);
        Assert.Same(place.Got[0], place.Got[1]);
        Assert.Equal(["web", "web", "api"], place.Got.SelectMany(Names));
        Assert.Equal(0, first.Waiting);
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<string> Names(NotificationMessage message) => message.Notifications.Select(notification => notification.Application.Name);

    private static WaitingBatch Batch(string name) =>
        new([new Notification { Kind = NotificationKind.Updated, Application = new NamespacedName("argocd", name), Reason = "from 1 to 2", Time = DateTimeOffset.UnixEpoch }], 0);

    /// <summary>Until the place has nothing more to answer, and took the last message.</summary>
    private static async Task RunAsync(ChannelLine line, Listener place)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        // Only when something is wrong.
        end.CancelAfter(TimeSpan.FromSeconds(20));
        place.Last = end.Cancel;
        await line.RunAsync(end.Token, Token);
    }

    private ChannelLine Line(Listener place)
    {
        var channel = new NotificationChannel { Name = "ops", Rule = ChannelRule.All, Format = MessageFormat.Default, Notifiers = [place] };
        return new ChannelLine(new ChannelPlace(channel, 0, 0), new NotificationMetrics(_meter), _time, _log);
    }

    /// <summary>Does with each message what the test says, and takes those of which it says nothing.</summary>
    private sealed class Listener : INotifier
    {
        public Queue<Action> Answers { get; } = new();

        public List<NotificationMessage> Got { get; } = [];

        public Action? Last { get; set; }

        string INotifier.Place => "the place";

        public int Recipients => 1;

        public Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
        {
            Got.Add(message);
            if (Answers.TryDequeue(out var answer))
                answer();
            else
                Last?.Invoke();
            return Task.CompletedTask;
        }
    }
}
