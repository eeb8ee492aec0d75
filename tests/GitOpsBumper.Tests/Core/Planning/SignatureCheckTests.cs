using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>What is not signed is not written, and nothing is asked about signatures as long as nothing is to be written.</summary>
public sealed class SignatureCheckTests
{
    private const string Repository = "registry.example.com/team/web";

    private readonly RegistryWorld _registry = new RegistryWorld().Push("1.4.2").Push("1.4.3").Push("1.5.0");

    [Fact]
    public void An_unsigned_version_is_held_and_nothing_older_takes_its_place()
    {
        _registry.Signed.Add(_registry.Digest("1.4.3"));
        var web = Case("1.4.2", "web.verify=cosign:prod", "web.pin-digest=true");
        var before = web.File;

        var held = Assert.IsType<ImageDecision.Held>(web.Decide());
        var digest = _registry.Digest("1.5.0");
        Assert.Equal($"1.5.0 (sha256:{digest.Hex[..12]}) has no signature; it is not written until cosign:prod has signed it", held.Reason);
        Assert.Equal($"1.5.0@{digest}", held.Candidate?.ToString());
        Assert.Equal(before, web.File);
        Assert.DoesNotContain(_registry.Asked, question => question is RegistryQuestion.SignatureOf { Digest: var asked } && asked != digest);
    }

    [Fact]
    public void Once_it_is_signed_it_is_written_with_the_digest_that_was_verified()
    {
        var web = Case("1.4.2", "web.verify=cosign:prod", "web.pin-digest=true");
        Assert.IsType<ImageDecision.Held>(web.Decide());
        _registry.Signed.Add(_registry.Digest("1.5.0"));

        var update = Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.Equal($"1.5.0@{_registry.Digest("1.5.0")}", update.Value.ToString());
        Assert.EndsWith("; signed with cosign:prod", update.Reason, StringComparison.Ordinal);
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
    }

    [Fact]
    public void A_newer_signed_version_ends_the_hold()
    {
        var web = Case("1.4.2", "web.verify=cosign:prod");
        Assert.IsType<ImageDecision.Held>(web.Decide());
        _registry.Push("1.5.1");
        _registry.Signed.Add(_registry.Digest("1.5.1"));
        Assert.Equal("1.5.1", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
    }

    [Fact]
    public void Where_no_digest_is_written_the_one_that_the_tag_points_to_counts()
    {
        _registry.Signed.Add(_registry.Digest("1.5.0"));
        var web = Case("1.4.2", "web.verify=cosign:prod");
        Assert.Equal("1.5.0", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());

        _registry.Push("1.6.0");
        Assert.Contains("1.6.0 (sha256:", Assert.IsType<ImageDecision.Held>(web.Decide()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void While_nothing_is_due_nobody_asks_for_signatures_or_digests()
    {
        var web = Case("1.5.0", "web.verify=cosign:prod");
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        Assert.Equal([RegistryQuestion.TagList.Instance], _registry.Asked);
    }

    [Fact]
    public void Without_verify_nobody_asks_for_signatures()
    {
        Assert.IsType<ImageDecision.Update>(Case("1.4.2").Decide());
        Assert.DoesNotContain(_registry.Asked, question => question is RegistryQuestion.SignatureOf);
    }

    [Fact]
    public void What_could_not_be_found_out_fails_and_is_neither_written_nor_called_unsigned()
    {
        _registry.BrokenSignatures = true;
        var web = Case("1.4.2", "web.verify=cosign:prod", "web.pin-digest=true");
        var failed = Assert.IsType<ImageDecision.Failed>(web.Decide());
        Assert.Equal("the referrers could not be read", failed.Reason);
        Assert.Equal("1.5.0", failed.Candidate?.Tag?.Text);

        _registry.BrokenSignatures = false;
        _registry.BrokenTag = "1.5.0";
        Assert.Equal("1.5.0 could not be read", Assert.IsType<ImageDecision.Failed>(Case("1.4.2", "web.verify=cosign:prod").Decide()).Reason);
    }

    [Fact]
    public void A_followed_tag_is_held_at_the_digest_that_was_signed()
    {
        _registry.Push("stable", content: "first");
        _registry.Signed.Add(_registry.Digest("stable"));
        var web = PlanningCase.Of("web=registry.example.com/team/web:stable", Repository, _registry, null, "web.update-strategy=digest", "web.verify=cosign:prod");
        var first = Assert.IsType<ImageDecision.Update>(web.Decide()).Value;

        _registry.Push("stable", content: "second");
        Assert.IsType<ImageDecision.Held>(web.Decide());
        Assert.Contains(first.ToString(), web.File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tag_that_was_pushed_again_has_to_be_signed_again()
    {
        _registry.Signed.Add(_registry.Digest("1.5.0"));
        var web = Case("1.4.2", "web.verify=cosign:prod", "web.pin-digest=true");
        Assert.IsType<ImageDecision.Update>(web.Decide());
        _registry.Push("1.5.0", content: "pushed again");
        Assert.IsType<ImageDecision.Held>(web.Decide());
    }

    [Fact]
    public void What_the_annotation_pin_names_has_to_be_signed_too()
    {
        var web = Case("1.4.2", "web.verify=cosign:prod", "web.pin=1.4.3");
        Assert.Contains("1.4.3 (sha256:", Assert.IsType<ImageDecision.Held>(web.Decide()).Reason, StringComparison.Ordinal);
        _registry.Signed.Add(_registry.Digest("1.4.3"));
        Assert.Equal("1.4.3", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        Assert.IsType<ImageDecision.Pinned>(web.Decide());
    }

    [Fact]
    public void What_a_person_holds_by_overrideTag_is_not_touched_and_not_asked_about()
    {
        var web = Case("1.4.2", "web.verify=cosign:prod");
        web.File += "  - name: image.overrideTag\n    value: 1.4.3\n";
        Assert.IsType<ImageDecision.Pinned>(web.Decide());
        Assert.DoesNotContain(_registry.Asked, question => question is RegistryQuestion.SignatureOf);
    }

    [Fact]
    public void Images_of_one_Application_are_held_one_by_one()
    {
        _registry.Signed.Add(_registry.Digest("1.5.0"));
        var other = new RegistryWorld().Push("1.0.0").Push("2.0.0");
        var both = PlanningCase.Of(
            "web=registry.example.com/team/web,api=registry.example.com/team/api", Repository, _registry, null,
            "verify=cosign:prod", "api.helm.image-name=api.name", "api.helm.image-tag=api.tag");
        both.Registries["registry.example.com/team/api"] = other;
        Assert.Collection(
            both.Cycle().Images,
            web => Assert.IsType<ImageDecision.Update>(web.Decision),
            api => Assert.IsType<ImageDecision.Held>(api.Decision));
        Assert.Contains("value: 1.5.0", both.File, StringComparison.Ordinal);
        Assert.DoesNotContain("2.0.0", both.File, StringComparison.Ordinal);
    }

    private PlanningCase Case(string tag, params string[] annotations) => PlanningCase.Of(
        "web=registry.example.com/team/web", Repository, _registry, $"helm:\n  parameters:\n  - name: image.name\n    value: registry.example.com/team/web\n  - name: image.tag\n    value: {tag}\n", annotations);
}
