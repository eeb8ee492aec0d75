using System.Globalization;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Core.Holds;

/// <summary>
/// What people hold by trailers, among what the bot writes. A story is told in words: <c>1&gt;2</c> the bot wrote 2 over 1, <c>pin:2&gt;1</c> a person wrote 1 over 2 and holds it,
/// <c>unpin:1</c> lets go while 1 stands there, <c>allow:1</c> lets go of what was taken back too, <c>expired:1</c> is the bot that takes away what is over, <c>override:2</c> is held by the parameter.
/// </summary>
public sealed class PinHistoryTests
{
    private const string Image = "ghcr.io/team/web";
    private const string Target = "main:apps/web/values.yaml";
    private static readonly NamespacedName Web = new("argocd", "web");

    [Theory]
    [InlineData("1>2 pin:2>1", "1", "1", "")]
    [InlineData("1>2 pin:2>2", "2", "2", "")]
    [InlineData("pin:->1", "1", "1", "")]
    // Whoever holds a version has not gone back: what was above is free once it ends.
    [InlineData("1>2 pin:2>1 unpin:1", "1", null, "")]
    [InlineData("1>2 pin:2>1 unpin:1 1>3", "3", null, "")]
    // The revert of the pin, and an edit, end it.
    [InlineData("1>2 pin:2>1", "2", null, "")]
    [InlineData("1>2 pin:2>1", "7", null, "2")]
    [InlineData("1>2 pin:2>1", "-", null, "2")]
    // What was taken back before stays so.
    [InlineData("1>2 pin:1>0", "0", "0", "2")]
    [InlineData("1>2 pin:1>0 unpin:0", "0", null, "2")]
    [InlineData("1>2 pin:1>0 allow:0", "0", null, "")]
    // Whoever holds what was taken back wants it.
    [InlineData("1>2 pin:1>2", "2", "2", "")]
    // The end came, and the bot went on from there.
    [InlineData("1>2 pin:2>1 1>3", "3", null, "")]
    [InlineData("1>2 pin:2>1 1>3", "1", null, "3")]
    [InlineData("1>2 pin:2>1 1>3", "2", null, "3")]
    // One after the other.
    [InlineData("1>2 2>3 pin:3>2 pin:2>1", "1", "1", "")]
    [InlineData("1>2 2>3 pin:3>2 pin:2>1 unpin:1", "1", null, "")]
    // The parameter holds by itself.
    [InlineData("1>2 override:2", "2", null, "")]
    [InlineData("1>2 override:2", "1", null, "2")]
    // The end of an override ends nothing else, also where the same commit goes on to another version.
    [InlineData("1>2 pin:2>1 expired:1", "1", "1", "")]
    [InlineData("1>2 2>3 expired:2", "3", null, "")]
    [InlineData("1>2 2>3 expired:2", "2", null, "3")]
    // What a person brought back and takes back once more was written by the bot all the same.
    [InlineData("1>2 pin:1>2 unpin:2", "1", null, "2")]
    [InlineData("1>2 unpin:1 unpin:2", "1", null, "2")]
    // The revert of a pin brings back what was before it: what was taken back, and the pin below.
    [InlineData("1>2 pin:1>2", "1", null, "2")]
    [InlineData("1>2 pin:2>1 pin:1>0", "1", "1", "")]
    [InlineData("1>2 pin:2>1 pin:1>0", "2", null, "")]
    [InlineData("1>2 pin:2>1 pin:1>0 unpin:0", "1", null, "")]
    public void A_pin_lies_upon_the_line_of_values_until_it_ends(string story, string today, string? pinned, string rejected)
    {
        var memory = Read(story, today);
        Assert.Equal((pinned, rejected), (memory.Pin?.Value.Text, string.Join(' ', memory.Rejected.Select(one => one.Version.ToString()))));
    }

    [Theory]
    [InlineData("1>2 unpin:1", true)]
    [InlineData("1>2 expired:1", false)]
    [InlineData("1>2 unpin:1 1>3", false)]
    [InlineData("1>2 override:1 override:0", false)]
    public void Letting_go_releases_what_was_taken_back_before(string story, bool isReleased) =>
        Assert.Equal(isReleased, Read(story, "1").Rejected[^1].IsReleased);

    [Theory]
    [InlineData("1>2 2>3", "3", "3", "2")]
    [InlineData("1>2 2>3", "2", "2", "1")]
    [InlineData("1>2 2>3", "3", "2", "1")]
    [InlineData("1>2 2>3 pin:3>2", "2", "2", "3")]
    [InlineData("1>2 1>3", "3", "3", "1")]
    [InlineData("1>2 2>3", "1", "1", null)]
    [InlineData("->1", "1", "1", null)]
    [InlineData("1>2", "2", "7", null)]
    [InlineData("1>2", "3", "3", "2")]
    [InlineData("1>2", "-", "-", null)]
    public void The_version_before_another_is_known(string story, string today, string version, string? before) =>
        Assert.Equal(before, Read(story, today).Before(WrittenValue.Read(version))?.Text);

    [Fact]
    public void Pins_are_remembered_however_old_they_are()
    {
        var memory = Read("1>2 pin:2>1", "1", since: new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal("1", memory.Pin?.Value.Text);
    }

    [Fact]
    public void A_story_is_told_with_who_when_and_why()
    {
        var memory = Read("1>2 pin:2>1 1>3", "1");
        Assert.Equal(
            ["Updated 1 2", "Pinned 2 1", "Updated 1 3", "ByHand 3 1"],
            memory.Entries.Select(entry => $"{entry.Kind} {entry.From} {entry.To}"));
        Assert.Equal(("Ada", "checkout fails"), (memory.Entries[1].By, memory.Entries[1].Reason));
        Assert.Null(memory.Entries[3].Commit);
        Assert.Equal("commit 0000000001 of 2026-01-01 by Ada (checkout fails)", Read("1>2 pin:2>1", "1").Pin?.Story);
    }

    [Fact]
    public void A_message_of_several_commits_keeps_their_order()
    {
        var message = string.Join("\n* squashed\n", Trailers("1>2 pin:2>1 unpin:1 1>3 3>4"));
        var memory = Read([UpdateCommit.Read("abc", default, message)], "4");
        Assert.Equal(["Updated 1 2", "Pinned 2 1", "Unpinned 1 1", "Updated 1 3", "Updated 3 4"], memory.Entries.Select(entry => $"{entry.Kind} {entry.From} {entry.To}"));
        Assert.Equal(["-", "Ada", "Ada", "-", "-"], memory.Entries.Select(entry => entry.By ?? "-"));
    }

    [Theory]
    [InlineData("1>2 pin:1>1", "1", false)]
    [InlineData("1>2 unpin:1", null, false)]
    [InlineData("1>2 pin:1>1", "1", true)]
    [InlineData("1>2 unpin:1", null, true)]
    public void A_squash_keeps_what_was_held_behind_a_revert(string story, string? pinned, bool isByGit)
    {
        var message = isByGit
            ? $"Squashed commit of the following:\n\n{string.Concat(Trailers(story).Reverse().Select(lines => $"commit 1\nAuthor: Ada\n\n    {lines.Replace("\n", "\n    ", StringComparison.Ordinal)}\n\n"))}"
            : string.Concat(Trailers(story).Select(lines => $"* squashed\n{lines}\n"));
        var memory = Read([UpdateCommit.Read("abc", default, message)], "1");
        Assert.Equal(pinned, memory.Pin?.Value.Text);
        Assert.Equal(pinned is null, Assert.Single(memory.Rejected).IsReleased);
    }

    [Theory]
    [InlineData("Bumper-Pin: argocd/web web nginx 1 2 until=2026-12-01T12:00:00Z override")]
    [InlineData("Bumper-Pin: argocd/web - nginx - 2")]
    [InlineData("Bumper-Unpin: argocd/web web nginx 1 allow-rejected")]
    [InlineData("Bumper-Unpin: argocd/web web nginx - expired")]
    public void Trailers_are_read_as_they_are_written(string line) =>
        Assert.Equal(line, Assert.Single(UpdateCommit.Read("", default, line).Trailers).Trailer.ToString());

    [Theory]
    [InlineData("Bumper-Pin: argocd/web web nginx 1")]
    [InlineData("Bumper-Pin: argocd/web web nginx 1 2 until=tomorrow")]
    [InlineData("Bumper-Pin: argocd/web web nginx 1 2 3")]
    [InlineData("Bumper-Unpin: argocd/web web nginx 1 2")]
    [InlineData("Bumper-Unpin: argocd web nginx")]
    [InlineData("Bumper-By: Ada")]
    public void What_cannot_be_understood_is_no_trailer(string line) => Assert.Empty(UpdateCommit.Read("", default, line).Trailers);

    [Theory]
    [InlineData("2026-12-01", "2026-12-01T00:00:00Z")]
    [InlineData("2026-12-01T12:30Z", "2026-12-01T12:30:00Z")]
    [InlineData("2026-12-01T12:30:15+02:00", "2026-12-01T10:30:15Z")]
    [InlineData("1.12.2026", null)]
    [InlineData("tomorrow", null)]
    [InlineData("", null)]
    public void Ends_are_dates_or_times(string text, string? expected) => Assert.Equal(expected, HoldEnd.TryParse(text, out var until) ? HoldEnd.Write(until) : null);

    private static ImageMemory Read(string story, string today, DateTimeOffset since = default) =>
        Read(Trailers(story).Select((lines, index) => UpdateCommit.Read(index.ToString("d40", CultureInfo.InvariantCulture)[30..] + new string('0', 30), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), lines)), today, since);

    private static ImageMemory Read(IEnumerable<UpdateCommit> commits, string today, DateTimeOffset since = default)
    {
        Assert.True(ImageReference.TryParse(Image, out var image, out _));
        var history = new UpdateHistory(new HashSet<NamespacedName> { Web });
        foreach (var commit in commits)
            history.Add(commit);
        return history.Read([new ImageIdentity(Web, "web")], image.Repository, Target, today == "-" ? null : WrittenValue.Read(today), since);
    }

    private static IEnumerable<string> Trailers(string story)
    {
        foreach (var word in story.Split(' '))
        {
            var (kind, rest) = word.Split(':') is [var first, var second] ? (first, second) : ("", word);
            var values = rest.Split('>').Select(value => value == "-" ? null : value).ToList();
            IImageTrailer trailer = kind switch
            {
                "" => new UpdateTrailer(Web, "web", Image, values[0], values[1]!),
                "pin" => new PinTrailer(Web, "web", Image, values[0], values[1]!, null, IsOverride: false),
                "override" => new PinTrailer(Web, "web", Image, values[0], "0.9", null, IsOverride: true),
                _ => new UnpinTrailer(Web, "web", Image, values[0], AllowsRejected: kind == "allow") { IsExpiry = kind == "expired" },
            };
            yield return $"{trailer}\n{(kind is "" or "expired" ? "" : "Bumper-By: Ada\nBumper-Reason: checkout fails\n")}Bumper-Target: {Target}";
        }
    }
}
