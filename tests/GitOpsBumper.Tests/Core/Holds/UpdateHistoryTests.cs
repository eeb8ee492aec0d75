using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Core.Holds;

/// <summary>What people took back, as the trailers of a branch tell it. A chain is written <c>1>2 2>3</c>: commits of the bot with what was there and what they wrote.</summary>
public sealed class UpdateHistoryTests
{
    private const string Image = "ghcr.io/team/web";
    private const string File = "apps/web/.argocd-source-web.yaml";
    private const string Target = "main:" + File;
    private const string OneDigest = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private const string OtherDigest = "sha256:2222222222222222222222222222222222222222222222222222222222222222";

    private static readonly NamespacedName Web = new("argocd", "web");

    [Theory]
    [InlineData("", "1", "")]
    [InlineData("1>2", "2", "")]
    [InlineData("1>2", "1", "2")]
    [InlineData("1>2", "-", "2")]
    [InlineData("->2", "-", "2")]
    [InlineData("1>2", "7", "2")]
    [InlineData("1>2", "none of ours", "2")]
    [InlineData("1>2 2>3", "2", "3")]
    [InlineData("1>2 2>3", "1", "2 3")]
    [InlineData("1>2 2>3", "0", "2 3")]
    [InlineData("1>2 2>3", "-", "2 3")]
    public void What_a_person_moved_away_from_is_rejected(string chain, string today, string rejected) => Assert.Equal(rejected, Rejected(chain, today));

    [Theory]
    [InlineData("1>2 1>3", "3", "2")]
    [InlineData("1>2 1>3", "1", "2 3")]
    [InlineData("1>2 2>3 1>4", "4", "2 3")]
    [InlineData("1>2 9>10", "10", "2")]
    public void A_revert_between_two_commits_of_the_bot_is_seen(string chain, string today, string rejected) => Assert.Equal(rejected, Rejected(chain, today));

    [Theory]
    [InlineData("1>2 1>3 2>4", "4", "3")]
    [InlineData("1>2 1>3", "2", "3")]
    [InlineData("1>2 1>2", "2", "")]
    [InlineData("1>2 2>1 1>2", "2", "")]
    public void A_version_that_was_brought_back_is_allowed_again(string chain, string today, string rejected) => Assert.Equal(rejected, Rejected(chain, today));

    [Fact]
    public void What_the_bot_itself_lowered_is_not_rejected() => Assert.Equal("", Rejected("1>3 3>2", "2"));

    [Theory]
    [InlineData("1.5.0@" + OneDigest, "1.5.0", "")]
    [InlineData("1.5.0", "1.5.0@" + OneDigest, "")]
    [InlineData(OneDigest, "1.5.0@" + OneDigest, "")]
    [InlineData("1.5.0@" + OneDigest, "1.5.0@" + OtherDigest, "1.5.0@" + OneDigest)]
    [InlineData(OneDigest, OtherDigest, OneDigest)]
    public void A_digest_counts_where_both_sides_have_one(string written, string today, string rejected) => Assert.Equal(rejected, Rejected($"1.4.0>{written}", today));

    [Fact]
    public void One_parameter_for_name_and_tag_is_read_by_its_tag()
    {
        Assert.Equal("", Rejected($"{Image}:1>2 {Image}:2>3", $"{Image}:3"));
        Assert.Equal("3", Rejected($"{Image}:1>2 {Image}:2>3", $"{Image}:2"));
    }

    [Fact]
    public void Other_applications_aliases_images_and_files_are_not_meant()
    {
        var commit = UpdateCommit.Read("0123456789abcdef", default, $"""
            build: two clusters, one branch

            Bumper-Update: argocd/web web {Image} 1 2
            Bumper-Target: main:prod/.argocd-source-web.yaml
            Bumper-Update: argocd/other web {Image} 1 3
            Bumper-Update: argocd/web - {Image} 1 4
            Bumper-Update: argocd/web web ghcr.io/team/elsewhere 1 5
            Bumper-Target: main:{File}
            """);
        Assert.Equal("", Rejected([commit], "1"));
    }

    [Fact]
    public void Several_files_of_one_message_keep_their_updates()
    {
        var commit = UpdateCommit.Read("0123456789abcdef", default, $"""
            squashed

            * one
                Bumper-Update: argocd/web web {Image} 1 2
                Bumper-Target: main:{File}
            * two
            bumper-update: argocd/web web {Image} 1 3
            bumper-target: main:else where/.argocd-source-web.yaml
            Bumper-Update: argocd/web web {Image} 2 4
            """);
        Assert.Equal(["main:" + File, "main:else where/.argocd-source-web.yaml", null], commit.Trailers.Select(update => update.Target));
        Assert.Equal("2 4", Rejected([commit], "1"));
    }

    [Fact]
    public void What_was_written_on_another_branch_was_not_taken_back_on_this_one() => Assert.Equal(
        "", Rejected([UpdateCommit.Read("0123456789abcdef", default, $"Bumper-Update: argocd/web web {Image} 1 2\nBumper-Target: staging:{File}\n")], "1"));

    [Fact]
    public void A_message_that_undoes_what_it_says_says_nothing()
    {
        var commits = Commits("1>2").Append(UpdateCommit.Read("fedcba9876543210", default, $"Fix a typo\n\nBumper-Update: argocd/web web {Image} 1 2\nBumper-Update: argocd/web web {Image} 2 1\n"));
        Assert.Equal("2", Rejected(commits, "1"));
    }

    [Fact]
    public void The_newest_count_however_old_they_are()
    {
        var chain = Commits(string.Join(' ', Enumerable.Range(1, 30).Select(number => $"{number}>{number + 1}"))).ToList();
        Assert.Equal("31", Rejected(chain, "30", DateTimeOffset.MaxValue));
        Assert.Equal(UpdateHistory.AlwaysRemembered, Rejected(chain, "1", DateTimeOffset.MaxValue).Split(' ').Length);
        Assert.Equal(30, Rejected(chain, "1").Split(' ').Length);
    }

    [Fact]
    public void Updates_without_number_cost_no_more_than_those_that_count()
    {
        var chain = Commits(string.Join(' ', Enumerable.Range(1, 5000).Select(number => $"{number}>{number + 1}")));
        Assert.Equal(UpdateHistory.MaxUpdates, Rejected(chain, "none").Split(' ').Length);
    }

    [Fact]
    public void Names_are_compared_in_their_normal_form()
    {
        var commit = UpdateCommit.Read("0123456789abcdef", default, "Bumper-Update: argocd/web web docker.io/library/nginx 1 2");
        var history = new UpdateHistory(new HashSet<NamespacedName> { Web });
        history.Add(commit);
        Assert.True(ImageReference.TryParse("nginx", out var nginx, out _));
        Assert.Single(history.Read([new ImageIdentity(Web, "web")], nginx.Repository, Target, WrittenValue.Read("1"), default).Rejected);
    }

    [Fact]
    public void Whoever_is_not_wanted_is_not_kept()
    {
        var history = new UpdateHistory(new HashSet<NamespacedName> { new("argocd", "other") });
        history.Add(UpdateCommit.Read("0123456789abcdef", default, $"Bumper-Update: argocd/web web {Image} 1 2"));
        Assert.Empty(history.Read([new ImageIdentity(Web, "web")], Repository, Target, WrittenValue.Read("1"), default).Rejected);
    }

    [Fact]
    public void The_story_names_day_and_commit()
    {
        var version = new RejectedVersion(WrittenValue.Read("1.5.0").Version!, "0123456789abcdef", new DateTimeOffset(2026, 3, 1, 23, 59, 0, TimeSpan.Zero));
        Assert.Equal("was written on 2026-03-01 with commit 0123456789 and taken back since", version.Story);
    }

    private static string Rejected(string chain, string today) => Rejected(Commits(chain), today);

    private static IEnumerable<UpdateCommit> Commits(string chain) => chain.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(step => step.Split('>'))
        .Select((step, index) => UpdateCommit.Read($"{index:x40}", default, $"build\n\n{new UpdateTrailer(Web, "web", Image, step[0] == "-" ? null : step[0], step[1])}\nBumper-Target: {Target}\n"));

    private static string Rejected(IEnumerable<UpdateCommit> commits, string today, DateTimeOffset since = default)
    {
        var history = new UpdateHistory(new HashSet<NamespacedName> { Web });
        foreach (var commit in commits)
            history.Add(commit);
        var rejected = history.Read([new ImageIdentity(Web, "web")], Repository, Target, today == "-" ? null : WrittenValue.Read(today), since).Rejected;
        return string.Join(' ', rejected.Select(version => version.Version.ToString()).Order(StringComparer.Ordinal));
    }

    private static RepositoryName Repository => ImageReference.TryParse(Image, out var image, out _) ? image.Repository : throw new InvalidOperationException(Image);
}
