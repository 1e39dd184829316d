package switchd.feth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.darwin.testkit.Profile;

final class FakeSettingsTest {
    private static final List<String> OFF =
            List.of(
                    "hwcsum",
                    "lro",
                    "tso_support",
                    "fcs",
                    "trailer_length",
                    "separate_frame_header");

    @ParameterizedTest
    @EnumSource
    void whatTheKernelBeginsWithIsFine(Profile profile) throws Exception {
        try (Mac mac = Mac.boot(profile)) {
            assertThat(FakeSettings.notices(mac.darwin)).isEmpty();
        }
    }

    @Test
    void everyOtherValueIsTold() throws Exception {
        for (String name : OFF) {
            assertThat(noticesWith("net.link.fake." + name, 1))
                    .singleElement()
                    .asString()
                    .startsWith("net.link.fake." + name + " is 1: ")
                    .contains("`sudo sysctl net.link.fake." + name + "=0`");
        }
        assertThat(noticesWith("net.link.fake.bsd_mode", 0))
                .singleElement()
                .asString()
                .contains("`sudo sysctl net.link.fake.bsd_mode=1`");
    }

    private static List<String> noticesWith(String name, int value) throws Exception {
        try (Mac mac = Mac.boot()) {
            mac.sysctl(name, value);
            return FakeSettings.notices(mac.darwin);
        }
    }

    @Test
    void aSettingThatIsMissingIsNoError() throws Exception {
        try (Mac mac = Mac.boot()) {
            mac.darwin.faults().failEvery("sysctlbyname", "ENOENT");
            assertThat(FakeSettings.notices(mac.darwin)).isEmpty();
        }
    }
}
