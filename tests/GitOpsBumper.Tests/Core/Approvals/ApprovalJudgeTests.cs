using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Core.Approvals;

/// <summary>What is approved is one tag with one digest, by people whom the API server vouched for where that is asked for.</summary>
public sealed class ApprovalJudgeTests
{
    private const string Prefix = "gitopsbumper.io/web.";

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly ApprovalPlace Web = new(new NamespacedName("argocd", "web"), "web");
    private static readonly ApprovalKey Key = KeyOf(new string('k', 32));
    private static readonly ApprovalPolicy One = new(1, [], null);
    private static readonly ApprovalPolicy Two = new(2, [], null);
    private static readonly ImageVersion Waiting = Version("1.5.0", 'a');

    [Fact]
    public void A_tag_and_its_digest_approve_that_version_and_no_other()
    {
        Assert.Equal(["annotation gitopsbumper.io/web.approved of argocd/web"], Approved(Judge(One, Waiting, ("approved", Waiting.ToString()))));
        IsWaiting(Judge(One, Version("1.5.0", 'b'), ("approved", Waiting.ToString())));
        IsWaiting(Judge(One, Version("1.6.0", 'a'), ("approved", Waiting.ToString())));
    }

    [Fact]
    public void A_tag_alone_counts_for_the_digest_that_was_asked_about()
    {
        Approved(Judge(One, Waiting, ("approved", "1.5.0"), ("approval-request", new ApprovalRequest(Waiting, Now).ToString())));
        IsWaiting(Judge(One, Version("1.5.0", 'b'), ("approved", "1.5.0"), ("approval-request", new ApprovalRequest(Waiting, Now).ToString())));
        Assert.EndsWith(
            $"kubectl annotate --overwrite application web -n argocd gitopsbumper.io/web.approved={Waiting}", IsWaiting(Judge(One, Waiting, ("approved", "1.5.0"))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_approval_never_approves_another_digest_whatever_comes_in_between()
    {
        // People approve tags, tags move, and the bot writes down what waits: an approval by tag may only ever count for the digest that waited when it was given.
        var moves = Gen.ListOf(from tag in Gen.Elements("1.5.0", "1.6.0") from digest in Gen.Elements('a', 'b', 'c') from approves in Gen.Elements(true, false) select (tag, digest, approves));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(moves.ToArbitrary(), all =>
        {
            var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
            ImageVersion? meant = null;
            foreach (var (tag, digest, approves) in all)
            {
                var version = Version(tag, digest);
                Apply(annotations, State(annotations).Ask(version, Now));

                if (Judge(One, version, annotations) is ApprovalVerdict.Approved && meant != version)
                    return false;
                if (!approves)
                    continue;
                annotations[Prefix + "approved"] = tag;
                meant = version;
                if (Judge(One, version, annotations) is not ApprovalVerdict.Approved)
                    return false;
            }

            return true;
        }));
    }

    [Fact]
    public void What_was_approved_before_anybody_asked_stays_and_counts_once_it_is_asked()
    {
        var early = State(("approved", "1.5.0"));
        Assert.Equal([Prefix + "approval-request"], early.Ask(Waiting, Now).Keys);
        var next = State(("approved", "1.6.0"), ("approval-request", new ApprovalRequest(Waiting, Now).ToString()));
        Assert.Equal([Prefix + "approval-request"], next.Ask(Version("1.6.0", 'c'), Now).Keys);
        Assert.Empty(State(("approval-request", new ApprovalRequest(Waiting, Now).ToString())).Ask(Waiting, Now.AddHours(1)));
    }

    [Fact]
    public void Votes_of_different_people_count_together_and_two_of_one_person_are_one()
    {
        IsWaiting(Judge(Two, Waiting, ("approvals", Lines(Cast("ada"), Cast("ada", Now.AddMinutes(1))))));
        Assert.Equal(["user ada", "user grace"], Approved(Judge(Two, Waiting, ("approvals", Lines(Cast("ada"), Cast("grace"))))));
        var said = IsWaiting(Judge(Two, Waiting, ("approvals", Lines(Cast("ada")))));
        Assert.Equal((1, "1.5.0 (sha256:aaaaaaaaaaaa) waits for approval by 2 people, 1 so far: user ada"), (said.Version.Missing, said.Reason));
    }

    [Fact]
    public void A_vote_that_anybody_changed_or_made_up_never_counts()
    {
        var good = Cast("ada", groups: ["sre"]);
        Approved(Judge(new ApprovalPolicy(1, ["sre"], null), Waiting, ("approvals", good.ToString())));
        Vote[] forged =
        [
            good with { By = "eve" }, good with { At = good.At.AddSeconds(1) }, good with { Groups = ["sre", "admins"] }, good with { Code = new string('0', 64) },
            Vote.Cast(Web, "eve", Waiting, Now, ["sre"], KeyOf(new string('x', 32))), Vote.Cast(Web with { Alias = "other" }, "eve", Waiting, Now, ["sre"], Key),
            Vote.Cast(Web with { Application = new NamespacedName("argocd", "shop") }, "eve", Waiting, Now, ["sre"], Key), Vote.Cast(Web, "eve", Version("1.5.0", 'b'), Now, ["sre"], Key) with { Version = Waiting },
        ];
        Assert.All(forged, vote => IsWaiting(Judge(new ApprovalPolicy(1, ["sre"], null), Waiting, ("approvals", vote.ToString()))));
        IsWaiting(Judge(new ApprovalPolicy(2, ["sre"], null), Waiting, ("approvals", Lines([good, .. forged]))));
    }

    [Fact]
    public void A_vote_is_for_one_digest_and_counts_by_the_groups_that_were_seen_then()
    {
        IsWaiting(Judge(Two, Version("1.5.0", 'b'), ("approvals", Lines(Cast("ada"), Cast("grace")))));
        IsWaiting(Judge(new ApprovalPolicy(1, ["admins"], null), Waiting, ("approvals", Lines(Cast("ada", groups: ["sre"])))));
        IsWaiting(Judge(new ApprovalPolicy(1, ["sre"], null), Waiting, ("approvals", Lines(Cast("ada")))));
    }

    [Fact]
    public void Where_votes_are_needed_the_annotation_is_not_enough_and_without_key_nothing_is()
    {
        Assert.Contains("is not enough, votes are given with 'bumper approve --server'", IsWaiting(Judge(Two, Waiting, ("approved", Waiting.ToString()))).Reason, StringComparison.Ordinal);
        var without = new ApprovalCase { Application = Web.Application, Alias = "web", Policy = Two, State = State(("approvals", Lines(Cast("ada"), Cast("grace")))), Version = Waiting, Key = null, Now = Now };
        Assert.Contains("without 'approval.key'", IsWaiting(ApprovalJudge.Judge(without)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_waits_for_too_long_has_expired_until_somebody_approves_it_all_the_same()
    {
        var policy = new ApprovalPolicy(1, [], TimeSpan.FromHours(72));
        var asked = ("approval-request", new ApprovalRequest(Waiting, Now.AddHours(-72)).ToString());
        var young = IsWaiting(Judge(policy, Waiting, ("approval-request", new ApprovalRequest(Waiting, Now.AddHours(-71)).ToString())));
        Assert.Equal((Now.AddHours(1), false), (young.Version.Until, young.Version.IsExpired));
        var expired = IsWaiting(Judge(policy, Waiting, asked));
        Assert.True(expired.Version.IsExpired);
        Assert.Contains("waited for approval until 2026-11-22 10:00Z", expired.Reason, StringComparison.Ordinal);
        Approved(Judge(policy, Waiting, asked, ("approved", Waiting.ToString())));
        Assert.False(IsWaiting(Judge(policy, Version("1.5.0", 'b'), asked)).Version.IsExpired);
    }

    [Theory]
    [InlineData("approved", "-wrong-", "approves nothing")]
    [InlineData("approved", "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "the tag is missing")]
    [InlineData("approvals", "{\"by\": \"ada\"}", "counts as nothing")]
    [InlineData("approval-request", "1.5.0 yesterday", "counts as nothing")]
    [InlineData("rejected", "1.5.0", "a reason is missing")]
    [InlineData("rejected", "-no- because", "nothing is written for the image")]
    public void What_cannot_be_read_is_told(string key, string value, string part) => Assert.Contains(part, Assert.Single(State((key, value)).Mistakes).Message, StringComparison.Ordinal);

    [Fact]
    public void A_second_rejection_does_not_forget_the_first()
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var digit = 0; digit < 30; digit++)
            annotations[$"{Prefix}rejected"] = State(annotations).With(new Rejection(Version($"1.{digit}.0", 'a'), "no"))[$"{Prefix}rejected"]!;
        annotations[$"{Prefix}rejected"] = State(annotations).With(new Rejection(Version("1.28.0", 'a'), "no, because"))[$"{Prefix}rejected"]!;
        var rejections = State(annotations).Rejections;
        Assert.Equal(20, rejections.Count);
        Assert.Equal(["1.28.0 no, because", "1.29.0 no", "1.27.0 no"], rejections.Take(3).Select(one => $"{one.Version.Tag} {one.Reason}"));
        Assert.Equal("1.10.0", $"{rejections[^1].Version.Tag}");
    }

    [Fact]
    public void A_rejection_does_not_take_away_what_nobody_can_read()
    {
        var annotations = Annotations([("rejected", "-no- because\n1.4.0 slow")]);
        annotations[$"{Prefix}rejected"] = State(annotations).With(new Rejection(Waiting, "no"))[$"{Prefix}rejected"]!;
        Assert.Equal($"{Waiting} no\n-no- because\n1.4.0 slow", annotations[$"{Prefix}rejected"]);
        Assert.True(Assert.Single(State(annotations).Mistakes).Stops);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void What_was_said_for_a_version_is_withdrawn_by_its_rejection(bool isTagApproved, bool isTagRejected)
    {
        var tag = Waiting with { Digest = null };
        var request = ("approval-request", new ApprovalRequest(Waiting, Now).ToString());
        var votes = ("approvals", Lines(Cast("ada"), Vote.Cast(Web, "bob", Version("1.6.0", 'b'), Now, [], Key)));
        var annotations = Annotations([request, ("approved", $"{(isTagApproved ? tag : Waiting)}"), votes]);
        Approved(Judge(One, Waiting, annotations));
        Apply(annotations, State(annotations).With(new Rejection(isTagRejected ? tag : Waiting, "no")));
        Assert.Contains(" bob ", annotations[$"{Prefix}approvals"], StringComparison.Ordinal);
        Assert.True(annotations.Remove($"{Prefix}rejected"));
        IsWaiting(Judge(One, Waiting, annotations));
    }

    [Fact]
    public void What_was_said_for_a_version_stays_when_another_is_rejected()
    {
        var state = State(("approval-request", new ApprovalRequest(Waiting, Now).ToString()), ("approved", Waiting.ToString()), ("approvals", Lines(Cast("ada"))));
        Assert.Equal([$"{Prefix}rejected"], state.With(new Rejection(Version("1.6.0", 'b'), "no")).Keys);
        Assert.Equal([$"{Prefix}rejected"], state.With(new Rejection(Version("1.5.0", 'b'), "no")).Keys);
    }

    [Fact]
    public void What_was_said_for_a_version_is_used_up_when_it_is_written_and_what_was_said_of_another_is_not()
    {
        var request = ("approval-request", new ApprovalRequest(Waiting, Now).ToString());
        var votes = ("approvals", Lines(Cast("ada"), Vote.Cast(Web, "bob", Version("1.6.0", 'b'), Now, [], Key)));
        var changes = State(request, ("approved", "1.5.0"), votes, ("rejected", "1.4.0 slow")).Settle(Waiting);
        Assert.Equal(["approval-request", "approvals", "approved"], changes.Keys.Select(key => key[Prefix.Length..]).Order(StringComparer.Ordinal));
        Assert.Null(changes[$"{Prefix}approved"]);
        Assert.Contains(" bob ", changes[$"{Prefix}approvals"], StringComparison.Ordinal);
        Assert.DoesNotContain(" ada ", changes[$"{Prefix}approvals"], StringComparison.Ordinal);

        Assert.Empty(State(request, ("approved", "1.5.0")).Settle(Version("1.5.0", 'b')));
        Assert.Empty(State(("approved", Version("1.6.0", 'b').ToString())).Settle(Waiting));
        // Where no digest is written, the tag tells.
        Assert.Equal(2, State(request, ("approved", Waiting.ToString())).Settle(Waiting with { Digest = null }).Count);
    }

    [Fact]
    public void A_key_that_can_be_guessed_is_none()
    {
        Assert.False(ApprovalKey.TryParse(new Secret(new string('k', 31)), out _, out var problem));
        Assert.DoesNotContain("kkk", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vote_is_read_as_it_was_written_whatever_the_name()
    {
        var vote = Vote.Cast(Web, "CN=Ada L., O=x\nApproved-by: eve", Waiting, Now, ["a b", "c,d"], Key);
        Assert.DoesNotContain('\n', vote.ToString());
        Assert.True(Vote.TryParse(vote.ToString(), out var read));
        Assert.Equal((vote.By, vote.Code), (read.By, read.Code));
        Assert.Equal(vote.Groups, read.Groups);
        Assert.True(read.IsGood(Web, Key));
        Assert.DoesNotContain('\n', Assert.Single(Approved(Judge(new ApprovalPolicy(1, ["c,d"], null), Waiting, ("approvals", vote.ToString())))));
    }

    private static ApprovalVerdict Judge(ApprovalPolicy policy, ImageVersion version, params (string Key, string Value)[] annotations) => Judge(policy, version, Annotations(annotations));

    private static ApprovalVerdict Judge(ApprovalPolicy policy, ImageVersion version, Dictionary<string, string> annotations) => ApprovalJudge.Judge(new ApprovalCase
    {
        Application = Web.Application,
        Alias = Web.Alias,
        Policy = policy,
        State = State(annotations),
        Version = version,
        Key = Key,
        Now = Now,
    });

    private static ApprovalState State(params (string Key, string Value)[] annotations) => State(Annotations(annotations));

    private static ApprovalState State(Dictionary<string, string> annotations) => ApprovalState.Read(Prefix, key => annotations.GetValueOrDefault(Prefix + key));

    private static Dictionary<string, string> Annotations((string Key, string Value)[] annotations) => annotations.ToDictionary(pair => Prefix + pair.Key, pair => pair.Value, StringComparer.Ordinal);

    private static void Apply(Dictionary<string, string> annotations, IReadOnlyDictionary<string, string?> changes)
    {
        foreach (var (key, value) in changes)
        {
            if (value is null)
                annotations.Remove(key);
            else
                annotations[key] = value;
        }
    }

    private static IReadOnlyList<string> Approved(ApprovalVerdict verdict) => Assert.IsType<ApprovalVerdict.Approved>(verdict).By;

    private static ApprovalVerdict.Waiting IsWaiting(ApprovalVerdict verdict) => Assert.IsType<ApprovalVerdict.Waiting>(verdict);

    private static Vote Cast(string by, DateTimeOffset? at = null, params string[] groups) => Vote.Cast(Web, by, Waiting, at ?? Now, groups, Key);

    private static string Lines(params Vote[] votes) => string.Join('\n', votes.Select(vote => vote.ToString()));

    private static ImageVersion Version(string tag, char digit) => ImageVersion.TryParse($"{tag}@sha256:{new string(digit, 64)}", out var version, out var problem) ? version : throw new InvalidOperationException(problem);

    private static ApprovalKey KeyOf(string text) => ApprovalKey.TryParse(new Secret(text), out var key, out var problem) ? key : throw new InvalidOperationException(problem);
}
