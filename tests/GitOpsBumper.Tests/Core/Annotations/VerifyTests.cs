using GitOpsBumper.Core.Annotations;

namespace GitOpsBumper.Tests.Core.Annotations;

/// <summary>Who has to have signed an image is said per image, or for all of an Application.</summary>
public sealed class VerifyTests
{
    [Fact]
    public void Without_the_annotation_nobody_has_to_have_signed() => Assert.Null(Reading.Image("image-list: web=nginx").Verify);

    [Fact]
    public void A_key_of_the_image_wins_over_that_of_the_application()
    {
        var policy = Reading.Of("image-list: web=nginx,api=redis,free=busybox,empty=alpine", "pin-digest: true", "verify: cosign:all", "web.verify: cosign:web", "free.verify: none", "empty.verify: ");
        Assert.DoesNotContain(policy.AllProblems, problem => problem.Key.EndsWith("verify", StringComparison.Ordinal));
        Assert.Equal(["cosign:web", "cosign:all", null, null], policy.Images.Select(image => image.Verify?.ToString()));
    }

    [Fact]
    public void A_reference_that_cannot_be_read_stops_the_image()
    {
        var image = Assert.Single(Reading.Of("image-list: web=nginx", "web.pin-digest: true", "web.verify: prod.pub").Images);
        var problem = Assert.Single(image.Problems);
        Assert.Equal("gitopsbumper.io/web.verify", problem.Key);
        Assert.Equal("'prod.pub' names no public key: allowed are cosign:<name>, cosign:secret:<namespace>/<name>#<field>, cosign:env:<NAME> and none", problem.Message);
    }

    [Fact]
    public void A_default_that_cannot_be_read_is_told_even_if_every_image_has_its_own() =>
        Assert.Equal("gitopsbumper.io/verify", Reading.Problem("image-list: web=nginx", "web.pin-digest: true", "verify: prod.pub", "web.verify: cosign:web").Key);

    [Fact]
    public void A_secret_has_to_be_in_the_namespace_of_the_Application()
    {
        Assert.Empty(Reading.Of("image-list: web=nginx", "web.pin-digest: true", "web.verify: cosign:secret:argocd/keys#pub").AllProblems);
        Assert.Contains("another namespace", Reading.Problem("image-list: web=nginx", "web.pin-digest: true", "web.verify: cosign:secret:team-a/keys#pub").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_is_ours_alone() =>
        Assert.Contains("exists under 'gitopsbumper.io/' alone", Reading.Problem("image-list: web=nginx", "argocd-image-updater.argoproj.io/web.verify: cosign:web").Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_digest_that_is_written_a_note_says_what_that_means_and_stops_nothing()
    {
        var policy = Reading.Of("image-list: web=nginx", "web.verify: cosign:web");
        Assert.Empty(Assert.Single(policy.Images).Problems);
        Assert.Contains("pin-digest", Assert.Single(policy.Problems).Message, StringComparison.Ordinal);
        Assert.Empty(Reading.Of("image-list: web=nginx:stable", "web.update-strategy: digest", "web.verify: cosign:web").AllProblems);
    }

    [Fact]
    public void That_note_is_told_of_a_default_once_and_only_where_an_image_lacks_the_digest()
    {
        Assert.Single(Reading.Of("image-list: web=nginx,api=redis", "verify: cosign:all").Problems);
        Assert.Empty(Reading.Of("image-list: web=nginx", "verify: cosign:all", "web.pin-digest: true").Problems);
    }

    [Fact]
    public void None_needs_no_digest() => Assert.Empty(Reading.Of("image-list: web=nginx", "web.verify: none").AllProblems);

    [Fact]
    public void The_annotation_is_one_that_may_stand_without_alias() => Assert.Contains(AnnotationKeys.Verify, AnnotationKeys.DefaultableKeys);
}
